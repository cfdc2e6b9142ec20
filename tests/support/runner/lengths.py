"""How long suites take that take long: what is longest starts first, and what has many acts is played in parts, which
may run side by side. A wrong figure makes a run longer, and nothing else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Length:
    seconds: int       # with two processors, beside others
    parts: int = 1     # each has servers of its own


USUAL = Length(20)

# Suites that are not here take less than a minute.
LENGTHS = {
    "live/pace": Length(310, 2),
    "live/vanished": Length(135, 2),
    "live/bridge": Length(300, 2),
    "live/matrix_synapse": Length(280, 2),
    "live/ejabberd_inspircd_people": Length(220, 2),
    "live/ejabberd_inspircd_rooms": Length(220, 2),
    "live/prosody_ngircd": Length(180, 2),
    "live/bridge_ring": Length(90),
    "live/matrix_strict": Length(90),
    "live/privileges": Length(60),
    "scenarios/scenarios": Length(250),
    "scenarios/matrix/matrix": Length(180, 2),
    "crowd/fifty_people": Length(140, 2),
    "crash/crash": Length(200),
    "quickstart/installation": Length(90),
    "quickstart/containerfile": Length(60),
    "fuzz/fuzz": Length(150),
}


def length_of(title):
    return LENGTHS.get(title, USUAL)


def share(names, parts):
    """The names in so many parts of about the same length, each in the order of the whole: `abcde`, 2 -> `ace`, `bd`.
    Neighbours are alike, so that each part gets its share of what takes long."""
    return [names[first::parts] for first in range(min(parts, len(names)))]
