"""What dragoman must reach at 1,000 users, and whether a run shows it."""
from results import faults_of, median

USERS = 1000
CPU_RATIO = 0.1      # of biboumi's CPU per channel message, in each direction
IDLE_MS_PER_S = 10   # biboumi: 192
JOIN_SECONDS = 5     # everybody into one channel; biboumi: 26
KIB_PER_USER = 40    # of memory, for each of 1,000 people in a channel of 1,000; biboumi: 197


def verdict(met):
    return "SKIP" if met is None else "PASS" if met else "FAIL"


def cpu_per_message(runs, gateway, peer):
    met, parts = True, []
    for scenario in ("x2i", "i2x"):
        mine, others = (median(runs, label, scenario, "gw_cpu_us_per") for label in (gateway, peer))
        if mine is None:
            return False, f"{gateway} has no figure for {scenario}"
        if not others:
            return None, f"nothing to compare with: no {peer} in this run"
        met = met and mine <= CPU_RATIO * others
        parts.append(f"{scenario} {mine:.1f} / {others:.1f} us = {mine / others:.3f}")
    return met, ", ".join(parts)


def idle(runs, gateway):
    mine = median(runs, gateway, "idle", "gw_cpu_ms_per_s")
    return (False, "no figure") if mine is None else (mine <= IDLE_MS_PER_S, f"{mine:.2f} ms CPU/s")


def join(runs, gateway):
    mine = median(runs, gateway, "join_all", "seconds")
    complete = all(run["ok"] for run in runs if (run["label"], run["scenario"]) == (gateway, "join_all"))
    if mine is None:
        return False, "no figure"
    return mine < JOIN_SECONDS and complete, f"{mine:.2f} s" + ("" if complete else ", and not everybody saw everybody")


def memory(runs, gateway):
    mine = median(runs, gateway, "join_all", "rss_kb_per_user")
    return (False, "no figure") if mine is None else (mine <= KIB_PER_USER, f"{mine:.1f} KiB")


def check(runs, gateway, peer):
    """(all met?, the lines to print); a demand that could not be checked is skipped and does not count as missed."""
    checked = [
        (f"CPU per channel message at most {CPU_RATIO} of {peer}'s", *cpu_per_message(runs, gateway, peer)),
        (f"idle at most {IDLE_MS_PER_S} ms CPU/s", *idle(runs, gateway)),
        (f"all users join one channel in under {JOIN_SECONDS} s", *join(runs, gateway)),
        (f"at most {KIB_PER_USER} KiB for each user in that channel", *memory(runs, gateway)),
    ]
    lines = [f"{verdict(met)}  {demand}: {shown}" for demand, met, shown in checked]
    return all(met is not False for _, met, _ in checked), lines


def faultless(runs, labels):
    return not any(faults_of(run) for run in runs if run["label"] in labels)
