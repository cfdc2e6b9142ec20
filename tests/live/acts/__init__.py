"""What is played on both stacks, folder by folder, in two halves that may run side by side. Servers are stopped last,
so that one that comes back late harms nobody."""

from acts import (accounts, administration, archive, contacts, conversation, joining, leaving, outages, refusals, soak,
                  talking)

ROOMS = {"joining": joining.ACTS, "leaving": leaving.ACTS, "talking": talking.ACTS,
         "administration": administration.ACTS, "refusals": refusals.ACTS}
PEOPLE = {"conversation": conversation.ACTS, "contacts": contacts.ACTS, "accounts": accounts.ACTS,
          "archive": archive.ACTS, "soak": soak.ACTS, "outages": outages.ACTS}
