#!/usr/bin/env python3
"""Alternating runs of several profiles, then medians, min-max and ratios.

  compare.py --bin build/bench/gwbench --users 100 --repeats 5 profiles/limit.json profiles/biboumi.json -- --seconds 3
  compare.py --table runs.jsonl [more.jsonl ...]        # only print the table of earlier runs
Everything after -- goes to gwbench. The ratios are the first profile's figures divided by the others'.
"""
import argparse
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import results


def arguments():
    argv, for_gwbench = sys.argv[1:], []
    if "--" in argv:
        at = argv.index("--")
        argv, for_gwbench = argv[:at], argv[at + 1:]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", default="build/bench/gwbench")
    parser.add_argument("--users", default="100", help="one or more numbers, with commas")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--out", default="runs.jsonl", help="the results are appended here")
    parser.add_argument("--table", action="store_true", help="FILES are results")
    parser.add_argument("--most-seconds", type=int, default=900, help="of one run")
    parser.add_argument("files", nargs="+")
    return parser.parse_args(argv), for_gwbench


def run(profile, users, options, for_gwbench):
    label = os.path.basename(profile).rsplit(".", 1)[0]
    print(f"-- {time.strftime('%H:%M:%S')} U={users} {label} load={os.getloadavg()[0]:.1f}", file=sys.stderr, flush=True)
    command = [options.bin, "--profile", profile, "--label", label, "--users", users, "--json", options.out]
    try:
        subprocess.run(command + for_gwbench, stdout=subprocess.DEVNULL, timeout=options.most_seconds, check=False)
    except subprocess.TimeoutExpired:
        print(f"!! {label} U={users}: over {options.most_seconds} s, killed", file=sys.stderr)


def main():
    options, for_gwbench = arguments()
    if not options.table:
        for users in options.users.split(","):
            for repeat in range(options.repeats):
                for profile in options.files[::-1 if repeat % 2 else 1]:
                    run(profile, users, options, for_gwbench)
    runs = results.load(options.files if options.table else [options.out])
    print("\n".join([results.table(runs)] + results.fault_lines(runs)))


main()
