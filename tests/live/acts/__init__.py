"""What is played on both stacks, folder by folder. Servers are stopped last, so that one that comes back late harms
nobody."""

from acts import (accounts, administration, archive, contacts, conversation, joining, leaving, outages, refusals, soak,
                  talking)

ACTS = {"joining": joining.ACTS, "refusals": refusals.ACTS, "leaving": leaving.ACTS, "talking": talking.ACTS,
        "conversation": conversation.ACTS, "administration": administration.ACTS, "contacts": contacts.ACTS, "accounts": accounts.ACTS,
        "archive": archive.ACTS, "soak": soak.ACTS, "outages": outages.ACTS}
