"""gwbench's lines of JSON: reading them, what counts as a fault, and the table that sets gateways side by side."""
import json
import statistics

JOIN = [("seconds", "s"), ("presences_per_s", "stanzas/s"), ("gw_cpu_us_per", "us CPU/stanza")]
LATENCY = [("p50_us", "us p50"), ("p99_us", "us p99"), ("gw_cpu_us_per", "us CPU/msg")]
FIGURES = {  # scenario -> the figures worth a row
    "start": [("ms", "ms"), ("rss_kb", "KiB")],
    "connect_own": [("per_s", "users/s"), ("gw_cpu_us_per", "us CPU/user"), ("rss_kb_per_user", "KiB/user")],
    "idle": [("gw_cpu_ms_per_s", "ms CPU/s"), ("wakeups_per_s", "wakeups/s")],
    "idle0": [("gw_cpu_ms_per_s", "ms CPU/s"), ("wakeups_per_s", "wakeups/s")],
    "join_all": JOIN + [("rss_kb_per_user", "KiB/user")],
    "names": JOIN,
    "x2i_lat": LATENCY,
    "i2x_lat": LATENCY,
}
CHURN = [("per_s", "stanzas/s"), ("gw_cpu_us_per", "us CPU/event")]
MESSAGES = [("per_s", "msg/s")] + LATENCY
FAULTS = ("lost", "dup", "reordered", "misrouted", "unknown")


def load(paths):
    runs = []
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            runs += [json.loads(line) for line in lines if line.strip()]
    return runs


def figures_of(scenario):
    return FIGURES.get(scenario) or (CHURN if scenario.startswith("churn_") else MESSAGES)


def faults_of(run):
    """What went wrong in one scenario, as text; empty when every message came once, in order, to the right place."""
    found = [f"{fault} {run[fault]}" for fault in FAULTS if run.get(fault)]
    if not found and not run.get("ok", True):
        found = ["incomplete"]
    return ", ".join(found)


def median(runs, label, scenario, field, users=None):
    """None when no run has it."""
    values = [run[field] for run in runs if run["label"] == label and run["scenario"] == scenario and field in run
              and users in (None, run["users"])]
    return statistics.median(values) if values else None


def number(value):
    size = abs(value)
    return f"{value:.0f}" if size >= 1000 else f"{value:.3g}" if size >= 1 or size == 0 else f"{value:.2g}"


def cell(runs, label, users, scenario, field):
    values = [run[field] for run in runs
              if (run["label"], run["users"], run["scenario"]) == (label, users, scenario) and field in run]
    if not values:
        return "-"
    spread = f" [{number(min(values))}-{number(max(values))}]" if len(values) > 1 else ""
    return number(statistics.median(values)) + spread


def ratio(mine, other):
    return "-" if mine is None or not other else number(mine / other)


def distinct(values):
    return list(dict.fromkeys(values))


def table(runs):
    """Medians [min-max] of all labels and the ratio of the first one to each of the others, as aligned Markdown."""
    labels = distinct(run["label"] for run in runs)
    first, others = labels[0], labels[1:]
    rows = [["users", "scenario", "figure"] + labels + [f"{first}/{other}" for other in others]]
    scenarios = distinct((run["users"], run["scenario"]) for run in runs)
    for users, scenario in sorted(scenarios, key=lambda one: one[0]):
        if scenario == "died":
            continue
        for field, unit in figures_of(scenario):
            mine = median(runs, first, scenario, field, users)
            rows.append([str(users), scenario, unit]
                        + [cell(runs, label, users, scenario, field) for label in labels]
                        + [ratio(mine, median(runs, other, scenario, field, users)) for other in others])
    widths = [max(map(len, column)) for column in zip(*rows)]
    rows.insert(1, ["-" * width for width in widths])
    return "\n".join("| " + " | ".join(map(str.ljust, row, widths)) + " |" for row in rows)


def fault_lines(runs):
    """One line for each scenario in which something was lost, doubled, reordered or misrouted."""
    return [f"!! {run['label']} U={run['users']} {run['scenario']}: {faults_of(run)}" for run in runs if faults_of(run)]
