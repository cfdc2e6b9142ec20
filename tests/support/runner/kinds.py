"""The kinds of tests: what each needs to be built, and whether it may run beside others."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    presets: tuple          # what to build; the first one is the binary that a script gets
    alone: tuple = ()       # the titles of suites that take or compare the whole machine: nothing may run beside them
    seconds: int = 900      # for a whole script, or a part of it, beside others


def kinds(unit_preset):
    return {
        "unit": Kind((unit_preset,), seconds=300),
        "rules": Kind((), seconds=120),
        "fuzz": Kind((), seconds=900),
        "scenarios": Kind((unit_preset,)),
        "operator": Kind((unit_preset,)),
        "live": Kind(("release",)),
        "crowd": Kind(("release",), alone=("crowd/many_people", "crowd/matrix_people")),
        "crash": Kind((unit_preset,), seconds=1200),
        "quickstart": Kind(("release",), alone=("quickstart/quickstart",)),
    }


def might_match(kind, chosen):
    """Whether a test of this kind can be among the chosen ones, judged without building anything."""
    return not chosen or any(name.startswith(kind) or name.partition("/")[0] not in kinds("") for name in chosen)
