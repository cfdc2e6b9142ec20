"""What was said at one end of the gateway and seen at the other, kept outside of it.

A message is known by its direction, its owner (the person on XMPP whose message it is), its conversation and its number
in it; its text begins with a word that says all this:

    x/u1/#tea/17.2of3 ...    u1 said it to #tea, the 17th; the second of its three lines
    i/#tea/1042 ...          an IRC server relayed it to everybody in #tea; each owner in there has this message once

`viewers` are the places where a message has to be seen: the lines of it on IRC, or the owner's clients on XMPP.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

TO_IRC, TO_XMPP = "to IRC", "to XMPP"


@dataclass(frozen=True, order=True)
class Message:
    direction: str
    owner: str
    conversation: str
    number: int

    def __str__(self):
        return f"message {self.number} {self.direction} of {self.owner} in {self.conversation}"


@dataclass(frozen=True)
class Said:
    run: int          # of the gateway, when it was said
    viewers: tuple


@dataclass(frozen=True)
class Sight:
    run: int
    ident: str        # the id that it came with; "" where there is none


def first_word(message):
    """For what is sent to IRC; `lines` puts the rest behind it."""
    return f"x/{message.owner}/{message.conversation}/{message.number}"


def lines(message, count):
    return [f"{first_word(message)}.{line}of{count} line" for line in range(1, count + 1)]


def relayed_text(message):
    return f"i/{message.conversation}/{message.number} relayed"


def read_text(text, owner):
    """(message, viewer) of a text; the viewer of what goes to XMPP is not in it."""
    if match := re.match(r"x/(\w+)/([#\w]+)/(\d+)\.(\d+)of\d+ ", text):
        return Message(TO_IRC, match[1], match[2], int(match[3])), match[4]
    if match := re.match(r"i/([#\w]+)/(\d+) ", text):
        return Message(TO_XMPP, owner, match[1], int(match[2])), ""
    return None, ""


class Ledger:
    """Filled by the two servers while the gateway runs; `run` counts its lives."""

    def __init__(self):
        self.run = 0
        self.said = {}                         # Message -> Said, in the order of saying
        self.sights = defaultdict(list)        # (Message, viewer) -> [Sight]
        self.confirmed = defaultdict(list)     # Message -> [run]: reflection in the room, or receipt
        self.errors = defaultdict(list)        # Message -> [(run, condition)]: what the sender got instead
        self.strange = []                      # sentences: what nobody ever said

    def say(self, message, viewers):
        self.said[message] = Said(self.run, tuple(viewers))

    def see(self, message, viewer, ident=""):
        if message not in self.said:
            self.strange.append(f"{message} was seen but never said")
        self.sights[message, viewer].append(Sight(self.run, ident))

    def confirm(self, message):
        if not self.has_arrived(message):
            self.strange.append(f"{message} was confirmed to its sender before it was on IRC")
        self.confirmed[message].append(self.run)

    def fail(self, message, condition):
        if message not in self.said:
            self.strange.append(f"an error {condition} came for {message}, which was never said")
        self.errors[message].append((self.run, condition))

    def has_arrived(self, message):
        """Seen by all who have to see it."""
        return message in self.said and all((message, viewer) in self.sights for viewer in self.said[message].viewers)

    def left(self):
        """Everything that somebody outside has seen, has had confirmed or has had back."""
        return {message for message, _ in self.sights} | self.confirmed.keys() | self.errors.keys()
