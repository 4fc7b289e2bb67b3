#!/usr/bin/env python3
"""Snapshots with wrong contents and a right checksum: restored and run, natively.

Bytes of raw snapshots are changed at random and the checksum is made right again, so
that the check against the module has to find what is wrong.  Whatever the bytes, chiwawa
ends with an exit status, never by a signal or a sanitizer's report.  Words on the command
line: seed, number of changes.
"""
import importlib
import os
import random
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402

TRACERS = [word for name in ("html", "memory", "loops") for word in
           ("--tracer", f"{name}:output=/dev/null")]
GUESTS = (  # source, arguments, instructions to the snapshot, options of both runs
    ("guests/state.wat", [], 20000, []),
    ("cli/math.wat", ["--invoke", "deep", "--params", "50"], 200, []),
    ("guests/recursion.c", [], 300000, []),
    ("cli/math.wat", ["--invoke", "deep", "--params", "50"], 200, TRACERS),
)
CHECKSUM = 16
END = CHECKSUM + 12  # the last section, with its number and length
HEADER = 16
# The guests' own, and those of man/chiwawa.1.
STATUSES = (0, 3, 42, 74, 134)


def main():
    runners.need("CHIWAWA", "WASM_TOOLS", "GUEST_CC")
    try:
        xxhash = importlib.import_module("xxhash")
    except ImportError:
        print("skipped: no Python package xxhash")
        sys.exit(runners.SKIPPED)
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1 << 32)
    changes = int(sys.argv[2]) if len(sys.argv) > 2 else 400
    print(f"seed {seed}")
    rng = random.Random(seed)
    work = os.path.abspath("hostile.work")
    os.makedirs(work, exist_ok=True)
    chiwawa = os.path.abspath(runners.tool("CHIWAWA"))
    count = runners.Count()

    def run(*words):
        return subprocess.run([chiwawa, *words, "--dir", "."], cwd=work, timeout=60,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False)

    snapshots = []
    for number, (source, options, budget, both) in enumerate(GUESTS):
        runners.compile_guest(os.path.join(runners.SRCDIR, "tests", source),
                              os.path.join(work, f"{number}.wasm"))
        run(f"{number}.wasm", *options, *both, "--trigger", f"budget:{budget}",
            "--snapshot-output", f"{number}.snapshot")
        with open(os.path.join(work, f"{number}.snapshot"), "rb") as file:
            snapshots.append(file.read())
    for change in range(changes):
        number = rng.randrange(len(snapshots))
        data = bytearray(snapshots[number])
        end = len(data) - END
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            at = rng.randrange(HEADER, min(end, 1500)) if rng.random() < 0.6 else \
                end - 1 - rng.randrange(min(end - HEADER, 1500))
            data[at] = rng.choice((0, 1, 127, 128, 255, rng.randrange(256),
                                   data[at] ^ 1 << rng.randrange(8)))
        data[-CHECKSUM:] = xxhash.xxh3_128(bytes(data[:-CHECKSUM])).digest()
        with open(os.path.join(work, "changed"), "wb") as file:
            file.write(data)
        result = run(f"{number}.wasm", "--restore", "changed", "--trigger", "budget:200000",
                     "--snapshot-output", "again", *GUESTS[number][3])
        good = result.returncode in STATUSES and b"runtime error" not in result.stderr
        count.check(good, f"seed {seed}, change {change}: status {result.returncode}: "
                    f"{result.stderr[-600:]!r}")
        if not good:
            os.replace(os.path.join(work, "changed"),
                       os.path.join(work, f"failed-{number}-{seed}-{change}"))
    count.finish()


if __name__ == "__main__":
    main()
