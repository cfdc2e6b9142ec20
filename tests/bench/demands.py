"""What dragoman must reach, and whether a run shows it. Times are CPU times: what a shared machine disturbs least."""
from results import faults_of, median

USERS = 1000
MESSAGE_OF_PEER = 1 / 15   # CPU per channel message, either way: of biboumi's with history
MESSAGE_OF_LIMIT = 4       # and of that of limit, which keeps nothing
PRIVATE_OF_PEER = 1.5      # CPU per private message: of biboumi's, which stores none
# Of what biboumi (without history) needs in the same run: 2 us CPU an event, and 150 us to connect and join, where
# biboumi was measured with these figures. Microseconds alone would be a measure of the machine.
EVENTS_OF_PEER = {"names": 2 / 8.8, "churn_nick": 2 / 13.2, "churn_part": 2 / 8.0, "churn_join": 2 / 8.0,
                  "churn_netsplit": 2 / 8.1}
CONNECT_OF_PEER = {"connect_own": 150 / 383}
OWN_KIB = 12               # of memory, for each user in a channel of their own
SHARED_KIB = 40            # for each of 1,000 people in a channel of 1,000 (biboumi: 197)
IDLE_MS_PER_S = 2          # CPU when nothing happens (biboumi: 192)
JOIN_SECONDS = 5           # everybody into one channel (biboumi: 26)
SCALE = 1.5                # figures at `--scale` users: of those at 1,000

CHANNEL = ("x2i", "i2x")
PRIVATE = ("direct_x2i", "direct_i2x")
CPU = "gw_cpu_us_per"


def verdict(met):
    return "SKIP" if met is None else "PASS" if met else "FAIL"


def ratio(runs, users, scenarios, mine, other, most):
    """Of the CPU that `mine` needs for one message to what `other` does."""
    met, parts = True, []
    for scenario in scenarios:
        one, two = (median(runs, label, scenario, CPU, users) for label in (mine, other))
        if one is None:
            return False, f"{mine} has no figure for {scenario}"
        if not two:
            return None, f"nothing to compare with: no {other} in this run"
        met = met and one <= most * two
        parts.append(f"{scenario} {one:.1f} / {two:.1f} us = {one / two:.3g}")
    return met, ", ".join(parts)


def shares(runs, users, most, mine, other):
    """As ratio(), with a limit for each scenario; what did not run is left out."""
    met, parts = None, []
    for scenario, share in most.items():
        one, two = (median(runs, label, scenario, CPU, users) for label in (mine, other))
        if one is None or not two:
            continue
        met = met is not False and one <= share * two
        parts.append(f"{scenario} {one:.3g} / {two:.3g} us = {one / two:.2f} (of {share:.2f})")
    return met, ", ".join(parts) or f"not in this run, or no {other}"


def limit(runs, users, label, scenarios, field, most, unit):
    """The largest of some figures, held against what it may be; scenarios that did not run are left out."""
    found = {scenario: median(runs, label, scenario, field, users) for scenario in scenarios}
    found = {scenario: value for scenario, value in found.items() if value is not None}
    if not found:
        return None, "not in this run"
    shown = ", ".join(f"{scenario} {value:.3g}" for scenario, value in found.items())
    return max(found.values()) <= most, f"{shown} {unit}"


def join(runs, users, label):
    mine = median(runs, label, "join_all", "seconds", users)
    complete = all(run["ok"] for run in runs if (run["label"], run["scenario"]) == (label, "join_all"))
    if mine is None:
        return False, "no figure"
    return mine < JOIN_SECONDS and complete, f"{mine:.2f} s" + ("" if complete else ", and not everybody saw everybody")


def scale(runs, users, many, label):
    """What a message costs when there are many users, to what it costs among fewer."""
    met, parts = True, []
    for scenario in CHANNEL + PRIVATE:
        few, more = (median(runs, label, scenario, CPU, count) for count in (users, many))
        if not few or more is None:
            return None, "not in this run (--scale 5000)"
        met = met and more <= SCALE * few
        parts.append(f"{scenario} {more:.1f} / {few:.1f} us = {more / few:.2f}")
    return met, ", ".join(parts)


def check(runs, gateway, peer, plain, floor, users, many):
    """(all met?, the lines to print); a demand that could not be checked is skipped and does not count as missed."""
    of = (runs, users)
    checked = [
        (f"CPU per channel message at most 1/{1 / MESSAGE_OF_PEER:.0f} of {peer}'s",
         *ratio(*of, CHANNEL, gateway, peer, MESSAGE_OF_PEER)),
        (f"and at most {MESSAGE_OF_LIMIT} times {floor}'s", *ratio(*of, CHANNEL, gateway, floor, MESSAGE_OF_LIMIT)),
        (f"CPU per private message at most {PRIVATE_OF_PEER} times {peer}'s, which keeps none",
         *ratio(*of, PRIVATE, gateway, peer, PRIVATE_OF_PEER)),
        (f"CPU of NAMES and storms at most as 2 us are to {plain}'s 8 to 13",
         *shares(*of, EVENTS_OF_PEER, gateway, plain)),
        (f"CPU to connect and join at most as 150 us are to {plain}'s 383",
         *shares(*of, CONNECT_OF_PEER, gateway, plain)),
        (f"at most {OWN_KIB} KiB for each user in a channel of their own",
         *limit(*of, gateway, ["connect_own"], "rss_kb_per_user", OWN_KIB, "KiB")),
        (f"at most {SHARED_KIB} KiB for each user in one channel of all",
         *limit(*of, gateway, ["join_all"], "rss_kb_per_user", SHARED_KIB, "KiB")),
        (f"idle at most {IDLE_MS_PER_S} ms CPU/s",
         *limit(*of, gateway, ["idle"], "gw_cpu_ms_per_s", IDLE_MS_PER_S, "ms")),
        (f"all users join one channel in under {JOIN_SECONDS} s", *join(*of, gateway)),
        (f"a message among many users at most {SCALE} times", *scale(runs, users, many, gateway)),
    ]
    lines = [f"{verdict(met)}  {demand}: {shown}" for demand, met, shown in checked]
    return all(met is not False for _, met, _ in checked), lines


def faultless(runs, labels):
    return not any(faults_of(run) for run in runs if run["label"] in labels)
