"""A strict reader of the text format of Prometheus, version 0.0.4: what it does not refuse, Prometheus takes."""

import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? ([0-9.eE+-]+|\+Inf|NaN)")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count")}


def read(text):
    """{(name, frozenset of (label, value)): number}. Raises ValueError with the line that is wrong."""
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    samples, types, helped, current = {}, {}, set(), None
    for line in text[:-1].split("\n"):
        if help_ := re.fullmatch(rf"# HELP ({NAME}) ([^\n]+)", line):
            current = help_[1]
            if current in helped:
                raise ValueError(f"{current} is described twice")
            helped.add(current)
        elif type_ := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
            if type_[1] != current or current in types:
                raise ValueError(f"not the type of the family above: {line}")
            types[current] = type_[2]
        elif sample := SAMPLE.fullmatch(line):
            name = sample[1]
            allowed = [current + suffix for suffix in SUFFIXES.get(types.get(current), ("",))]
            if current not in types or name not in allowed:
                raise ValueError(f"not of the family {current}: {line}")
            if types[current] == "counter" and not name.endswith("_total"):
                raise ValueError(f"a counter that does not end in _total: {line}")
            labels = frozenset(re.findall(r'([a-zA-Z0-9_]+)="((?:[^"\\]|\\.)*)"', sample[2] or ""))
            if (name, labels) in samples:
                raise ValueError(f"twice: {line}")
            samples[name, labels] = float(sample[3])
        else:
            raise ValueError(f"neither a comment nor a sample: {line!r}")
    check_histograms(samples, types)
    return samples


def check_histograms(samples, types):
    for family in (name for name, kind in types.items() if kind == "histogram"):
        series = {}
        for (name, labels), value in samples.items():
            if name == family + "_bucket":
                limit = dict(labels)["le"]
                series.setdefault(frozenset(label for label in labels if label[0] != "le"), []).append(
                    (float("inf") if limit == "+Inf" else float(limit), value))
        for labels, buckets in series.items():
            counts = [count for _, count in sorted(buckets)]
            if counts != sorted(counts) or sorted(buckets)[-1] != (float("inf"), samples[family + "_count", labels]):
                raise ValueError(f"the buckets of {family} do not add up")
            if (family + "_sum", labels) not in samples:
                raise ValueError(f"{family} has no sum")


def value(samples, name, **labels):
    return samples[name, frozenset(labels.items())]
