"""What is played on both stacks, folder by folder, in two halves that may run side by side. Servers are stopped last,
so that one that comes back late harms nobody.

The ten acceptance scenarios of xmpp.md part 5:
    S1 hostile_iqs                          S6 strange_texts
    S2 accounts                             S7 one_message, talking, ../privileges_test.py
    S3 presence_storm                       S8 archive
    S4 full_room, joining, leaving          S9 commands, query_actions
    S5 first_jabber                         S10 failure_drills, outages, ../../crowd
That the component stream never closes, each question has one answer, and no password is in a log, is looked at behind
every act (season.py, wiretap.py).
"""

from acts import (accounts, administration, archive, commands, contacts, conversation, failure_drills, first_jabber,
                  full_room, hostile_iqs, joining, leaving, login, one_message, outages, presence_storm, query_actions,
                  refusals, soak, strange_texts, talking)

ROOMS = {"joining": joining.ACTS, "leaving": leaving.ACTS, "talking": talking.ACTS,
         "administration": administration.ACTS, "refusals": refusals.ACTS, "hostile_iqs": hostile_iqs.ACTS,
         "full_room": full_room.ACTS, "first_jabber": first_jabber.ACTS, "one_message": one_message.ACTS,
         "strange_texts": strange_texts.ACTS}
PEOPLE = {"conversation": conversation.ACTS, "contacts": contacts.ACTS, "accounts": accounts.ACTS,
          "login": login.ACTS, "commands": commands.ACTS, "query_actions": query_actions.ACTS, "archive": archive.ACTS, "soak": soak.ACTS,
          "presence_storm": presence_storm.ACTS, "failure_drills": failure_drills.ACTS, "outages": outages.ACTS}
