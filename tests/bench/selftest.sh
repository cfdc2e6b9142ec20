#!/bin/sh
# Does gwbench notice what a bad gateway does? Runs `limit` clean and with each deliberate fault, after the tests of
# gwbench's own parts (among them: all copies of one IRC line carry the same msgid).
# usage: selftest.sh FOLDER_WITH_GWBENCH
set -u
bin=$(cd "${1:-build/bench}" && pwd) || exit 2
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

if "$bin/gwbench_test" --gtest_brief=1 > "$work/unit.log" 2>&1; then
  echo "ok   gwbench_test"
else
  cat "$work/unit.log"
  echo "FAIL gwbench_test"
  failed=1
fi

# expect NAME WANTED_FAULTS USERS
expect() {
  argument=
  [ "$1" = none ] || argument=", \"$1\""
  sed "s#\"{irc_port}\"\]#\"{irc_port}\"$argument]#; s#{bindir}#$bin#" "$here/profiles/limit.json" > "$work/$1.json"
  found=$("$bin/gwbench" --profile "$work/$1.json" --users "$3" --seconds 0.3 --window 32 --scenarios x2i 2> "$work/$1.log" |
    python3 -c '
import json, sys
runs = [run for run in map(json.loads, sys.stdin) if run["scenario"] == "x2i"]
faults = ("lost", "dup", "reordered", "misrouted")
print(" ".join(fault for fault in faults if runs[0][fault]) or "nothing" if runs else "no result")')
  if [ "$found" = "$2" ]; then
    echo "ok   $1: $found"
  else
    cat "$work/$1.log"
    echo "FAIL $1: found '$found', wanted '$2'"
    failed=1
  fi
}

expect none nothing 4
expect drop lost 4
expect dup dup 4
expect swap reordered 1                    # one user: the order is kept per sender
expect misroute "lost dup misrouted" 4     # the owner of the channel gets it as somebody else's message too: a double
exit $failed
