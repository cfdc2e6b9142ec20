#!/usr/bin/python3
"""A short run of each fuzzer (README.md): its corpus, then new inputs for a few seconds."""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from suite import Skip, run_suite

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
FOLDER = Path(os.environ.get("DRAGOMAN_BUILD", PROJECT / "build")) / "fuzz"
SECONDS = int(os.environ.get("DRAGOMAN_FUZZ_SECONDS", "5"))
FUZZERS = sorted(path.stem for path in HERE.glob("*.cpp"))


def compiler():
    for name in ("clang++-14", "clang++"):
        if shutil.which(name):
            return name
    raise Skip("clang with libFuzzer is not installed (clang-14, libclang-rt-14-dev)")


def run(command, seconds):
    ended = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds)
    if ended.returncode != 0:
        print(ended.stdout.decode(errors="replace")[-6000:], file=sys.stderr)
        raise AssertionError(f"{Path(command[0]).name} ended with {ended.returncode}: see the log")


@functools.cache
def configure():
    run(["cmake", "--preset", "fuzz", "-S", str(PROJECT), "-B", str(FOLDER), f"-DCMAKE_CXX_COMPILER={compiler()}"], 120)


def build(target):
    configure()
    run(["nice", "cmake", "--build", str(FOLDER), "--target", target], 600)    # tests run beside it


def finds_nothing(fuzzer):
    def test(_):
        build(f"fuzz_{fuzzer}")
        with tempfile.TemporaryDirectory() as new:
            # What is found is kept where it can be looked at; what is learnt goes, the corpus stays as it is.
            run([str(FOLDER / f"tests/fuzz/fuzz_{fuzzer}"), f"-max_total_time={SECONDS}", "-timeout=10", "-max_len=2048",
                 f"-artifact_prefix={FOLDER}/{fuzzer}-", new, str(HERE / "corpus" / fuzzer)], SECONDS + 120)
    return test


if __name__ == "__main__":
    os.chdir(PROJECT)
    run_suite("fuzz", {fuzzer: finds_nothing(fuzzer) for fuzzer in FUZZERS})
