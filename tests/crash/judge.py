"""Holds the two ledgers against the database after each kill. Every way to break the promise has a kind of its own."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from database import DELIVERED, HELD, RETURNED, STATES
from ledger import TO_XMPP

LEFT_UNWRITTEN = "left without a row"            # the gate: nothing leaves before its row is on disk
LOST = "accepted and lost"
LIE = "marked delivered without having arrived"
UNTOLD = "marked returned, but the sender got no error"
GONE = "accepted row is gone"
SKIPPED = "dropped between accepted ones"
REPEATED = "repeated without need"
STUCK = "waits although nothing is in its way"
CHANGED_ID = "repeated under another id"
DISORDER = "out of order"
WRONG_COUNT = "counts do not add up"
DAMAGED = "database is damaged"
STRANGE = "nobody said it"


@dataclass(frozen=True)
class Violation:
    kind: str
    run: int
    text: str

    def __str__(self):
        return f"{self.kind} (run {self.run}): {self.text}"


class Judge:
    def __init__(self, ledger):
        self.ledger = ledger
        self.violations = []
        self.rows = {}              # of the newest snapshot
        self.before = {}            # of the one before: what may be repeated is open there
        self.open_at_kill = Counter()
        self.checked_sights = Counter()
        self.repeated = Counter()   # run -> sights beyond the first
        self.strange_told = 0

    def accuse(self, kind, text, message=None):
        if message is not None:
            text = f"{message} {text} ({self.story(message)})"
        self.violations.append(Violation(kind, self.ledger.run, text))

    def story(self, message):
        """In which lives of the gateway it was said and seen."""
        said = self.ledger.said.get(message)
        sights = "; ".join(f"seen by {viewer or message.owner} in {', '.join(str(sight.run) for sight in sights)}"
                           for viewer in self.viewers(message) if (sights := self.ledger.sights.get((message, viewer))))
        row = self.rows.get(message)
        return (f"said in run {said.run if said else '?'}; {sights or 'never seen'}; "
                + (f"row {row.id} is {STATES[row.state]}" if row else "it has no row"))

    def after_kill(self, snapshot):
        """All that the gateway sent has been read at both ends, and it is not running."""
        rows = self.rows = snapshot.rows
        self.check_file(snapshot)
        for message in sorted(self.ledger.left() - rows.keys()):
            # An error for what was never accepted needs no row.
            if any((message, viewer) in self.ledger.sights for viewer in self.viewers(message)):
                self.accuse(LEFT_UNWRITTEN, "has been seen", message)
            elif message in self.ledger.confirmed:
                self.accuse(LEFT_UNWRITTEN, "has been confirmed to its sender", message)
        for message in sorted(self.before.keys() - rows.keys()):
            self.accuse(GONE, f"had the row {self.before[message].id}", message)
        for message, row in rows.items():
            if row.state == DELIVERED and not self.ledger.has_arrived(message):
                self.accuse(LIE, "has not arrived everywhere", message)
            elif row.state == RETURNED and message not in self.ledger.errors:
                self.accuse(UNTOLD, "came back without a word", message)
        self.check_repetitions()
        self.check_gaps(rows)
        self.open_at_kill[self.ledger.run] = len(snapshot.open())
        self.before = rows

    def after_rest(self, snapshot):
        """Both links stood long enough without traffic, before the kill: nothing should be open."""
        self.rows = snapshot.rows
        for message in sorted(snapshot.open()):
            self.accuse(STUCK, "is still open", message)

    def at_end(self, snapshot):
        """The gateway has had the time to finish everything, and has stopped."""
        self.after_kill(snapshot)
        for message, row in snapshot.rows.items():
            if row.state == HELD:
                continue
            if not self.ledger.has_arrived(message) and message not in self.ledger.errors:
                self.accuse(LOST, "is neither at the other side nor back", message)
        self.check_order(snapshot.rows)

    def viewers(self, message):
        return self.ledger.said[message].viewers if message in self.ledger.said else [""]

    def check_file(self, snapshot):
        if snapshot.integrity != "ok":
            self.accuse(DAMAGED, snapshot.integrity)
        for sentence in snapshot.strange + self.ledger.strange[self.strange_told:]:
            self.accuse(STRANGE, sentence)
        self.strange_told = len(self.ledger.strange)
        counted = Counter(STATES[row.state] for row in snapshot.rows.values())
        accepted = snapshot.totals.get("accepted", 0)
        told = {state: snapshot.totals.get(state, 0) for state in STATES}
        if sum(told.values()) != accepted:
            self.accuse(WRONG_COUNT, f"accepted {accepted} is not the sum of {told}")
        if not snapshot.strange and told != {state: counted[state] for state in STATES}:
            self.accuse(WRONG_COUNT, f"the gateway counts {told}, its rows are {dict(counted)}")

    def check_repetitions(self):
        """A message may come again only after a kill that found it open, and then once in each life."""
        for (message, viewer), sights in self.ledger.sights.items():
            seen = self.checked_sights[message, viewer]
            if len(sights) == seen:
                continue
            self.checked_sights[message, viewer] = len(sights)
            for index in range(max(seen, 1), len(sights)):
                self.repeated[self.ledger.run] += 1
                row = self.before.get(message)
                if sights[index].run == sights[index - 1].run:
                    self.accuse(REPEATED, "came twice in one life", message)
                elif row is not None and row.state == DELIVERED:
                    self.accuse(REPEATED, "came again although it was marked delivered", message)
            if message.direction == TO_XMPP and len({sight.ident for sight in sights}) > 1:
                self.accuse(CHANGED_ID, f"has the ids {sorted({sight.ident for sight in sights})}", message)

    def check_gaps(self, rows):
        """What a kill cuts off is the end of what was said in this life, never something in the middle."""
        missing = {}
        for message, said in self.ledger.said.items():
            if said.run != self.ledger.run or message in self.ledger.errors:
                continue
            conversation = message.direction, message.owner, message.conversation
            if message not in rows:
                missing.setdefault(conversation, message)
            elif conversation in missing:
                self.accuse(SKIPPED, f"is missing, but {message} has a row", missing[conversation])
                del missing[conversation]

    def check_order(self, rows):
        """Per conversation and direction: rows are in the order of saying, and so is the first sight of each."""
        last_row, last_sight = defaultdict(int), defaultdict(int)
        for message, row in sorted(rows.items(), key=lambda item: item[0].number):
            conversation = message.direction, message.owner, message.conversation
            if row.id < last_row[conversation]:
                self.accuse(DISORDER, "has an older row than an earlier message", message)
            last_row[conversation] = max(row.id, last_row[conversation])
        for message, viewer in self.ledger.sights:    # in the order of their first sight
            conversation = message.direction, message.owner, message.conversation, viewer
            if message.number < last_sight[conversation]:
                self.accuse(DISORDER, f"was first seen after number {last_sight[conversation]}", message)
            last_sight[conversation] = max(message.number, last_sight[conversation])
