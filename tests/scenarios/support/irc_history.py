"""What the IRC server has kept, and how it answers CHATHISTORY (ircv3.net: chathistory, message-ids)."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import count

from irc_line import parse_line

PAGE = 100    # as its 005 says: CHATHISTORY=100


@dataclass
class Kept:
    id: str
    time: datetime
    target: str
    line: str     # source, command and parameters


def time_text(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


class IrcHistory:
    def __init__(self):
        self.kept = []
        self.batches = count(1)

    def keep(self, target, line, time=None, id=None):
        time = time or datetime.now(timezone.utc)
        self.kept.append(Kept(id or f"k{len(self.kept) + 1}", time, target, line))

    def keep_many(self, target, number, source):
        """One a minute; the last one an hour ago."""
        first = datetime.now(timezone.utc).replace(microsecond=0) - timedelta(minutes=60 + number)
        for each in range(1, number + 1):
            self.keep(target, f":{source} PRIVMSG {target} :line {each}", first + timedelta(minutes=each))

    def answer(self, text):
        """The lines that answer one line of a client."""
        line = parse_line(text)
        label = f"label={line.tags['label']}" if "label" in line.tags else ""
        subcommand, *rest = line.parameters
        if subcommand == "TARGETS":
            return self.targets(label, rest)
        target, *selectors, limit = rest
        there = [each for each in self.kept if each.target.lower() == target.lower()]
        if not there:
            start = f"@{label} " if label else ""
            return [f"{start}:irc.test FAIL CHATHISTORY INVALID_TARGET {subcommand} {target} :Messages could not be retrieved"]
        found, is_end = self.choose(there, subcommand, selectors, min(int(limit), PAGE))
        return self.batch(label, f"chathistory {target}", [
            f"@batch={{batch}};time={time_text(each.time)};msgid={each.id} {each.line}" for each in found], is_end)

    def batch(self, label, kind, lines, is_end=False):
        name = f"h{next(self.batches)}"
        tags = ";".join(tag for tag in (label, "draft/chathistory-end" if is_end else "") if tag)
        return ([f"@{tags} :irc.test BATCH +{name} {kind}" if tags else f":irc.test BATCH +{name} {kind}"]
                + [line.replace("{batch}", name, 1) for line in lines] + [f":irc.test BATCH -{name}"])

    @staticmethod
    def place(there, selector):
        """Messages before the place are excluded on its left, those from it on are on its right."""
        kind, _, value = selector.partition("=")
        if kind == "msgid":
            for index, each in enumerate(there):
                if each.id == value:
                    return index, index + 1
            return 0, 0
        before = sum(1 for each in there if time_text(each.time) < value)
        through = sum(1 for each in there if time_text(each.time) <= value)
        return before, through

    def choose(self, there, subcommand, selectors, limit):
        first, last = 0, len(there)
        newest = True
        if subcommand == "LATEST":
            if selectors[0] != "*":
                first = self.place(there, selectors[0])[1]
        elif subcommand == "BEFORE":
            last = self.place(there, selectors[0])[0]
        elif subcommand == "AFTER":
            first, newest = self.place(there, selectors[0])[1], False
        elif subcommand == "BETWEEN":
            one, other = (self.place(there, selector) for selector in selectors)
            newest = one > other
            low, high = sorted((one, other))
            first, last = low[1], high[0]
        found = there[first:max(first, last)]
        page = found[-limit:] if newest else found[:limit]
        return page, len(page) == len(found)

    def targets(self, label, rest):
        low, high = sorted(selector.partition("=")[2] for selector in rest[:2])
        latest = {each.target: time_text(each.time) for each in self.kept}
        lines = [f"@batch={{batch}} :irc.test CHATHISTORY TARGETS {target} {time}"
                 for target, time in latest.items() if low < time < high]
        return self.batch(label, "draft/chathistory-targets", lines, True)
