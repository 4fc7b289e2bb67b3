#!/usr/bin/env python3
"""Snapshots at equal counts of instructions are the same bytes, on every host and dispatch.

Each guest is run once under each runner with numbered snapshots after every so many
instructions.  The files must be byte-equal but for what is about the snapshot (creator, host,
time) and what the host told the guest by itself (clocks; rights and flags of standard
streams), which are blanked in both.  Words on the command line choose guests.
"""
import hashlib
import json
import os
import struct
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
sys.path.insert(0, HERE)
import migrate  # noqa: E402
import dispatch_builds  # noqa: E402
import runners  # noqa: E402

# Source and options.  Guests that print do so at their end only: what a host says of its
# standard output becomes part of a guest's state.
GUESTS = (
    ("tests/cli/math.wat", ["--invoke", "sum", "--params", "100000"]),
    ("tests/cli/math.wat", ["--invoke", "deep", "--params", "5000"]),
    ("tests/cli/data.wat", ["--invoke", "work", "--params", "5000"]),
    ("tests/matrix/sort.c", []),
    ("tests/matrix/strings.c", []),
    ("tests/matrix/floats.c", []),
    ("tests/matrix/allocate.c", []),
    ("bench/guests/crc32.c", []),
    ("bench/guests/dispatch.c", []),
    ("bench/guests/indirect.c", []),
    ("bench/guests/matrix.c", []),
    ("bench/guests/quicksort.c", []),
)
SNAPSHOTS = 20
SECTION_ABOUT, SECTION_WASI, SECTION_END = 2, 7, 9
CLOCKS = 4
STDIO = 1


def string_end(data, at):
    return at + 4 + struct.unpack_from("<I", data, at)[0]


def blank_wasi(data, at):
    """Clocks, and of standard streams file type, flags and rights."""
    for _ in range(2):
        count, at = struct.unpack_from("<I", data, at)[0], at + 4
        for _ in range(count):
            at = string_end(data, at)
    data[at:at + 8 * CLOCKS] = bytes(8 * CLOCKS)
    at += 8 * CLOCKS
    count, at = struct.unpack_from("<I", data, at)[0], at + 4
    for _ in range(count):
        kind = data[at + 4]
        start = at + 9 if kind == STDIO else at + 12
        data[start:at + 28] = bytes(at + 28 - start)
        at = string_end(data, string_end(data, at + 28)) + 24
        if data[at]:
            return  # no guest here reads a directory
        at += 1


def blanked(path):
    """A raw snapshot without what may differ."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    at, kept = 16, [bytes(data[:16])]
    while at < len(data):
        number, length = struct.unpack_from("<IQ", data, at)
        at += 12
        if number == SECTION_WASI:
            blank_wasi(data, at)
        if number not in (SECTION_ABOUT, SECTION_END):
            kept.append(bytes([number]) + data[at:at + length])
        at += length
    return b"".join(kept)


def step_of(command, folder, guest, options):
    """Instructions between snapshots, so that there are somewhat more than enough."""
    migrate.fresh(folder, guest)
    result = migrate.run(command, folder, options + ["--trigger", f"budget:{1 << 60}",
                                                     "--stats=json"])
    return json.loads(result.stderr)["instructions"] // (SNAPSHOTS + 3) + 1


def snapshots(command, folder, guest, options, step):
    """Digests of the blanked snapshots of one run, in order."""
    migrate.fresh(folder, guest)
    migrate.run(command, folder, options + [
        "--trigger", f"budget:{step},every={step}", "--snapshot-output", "s%n"])
    found = []
    while os.path.exists(os.path.join(folder, f"s{len(found) + 1}")):
        path = os.path.join(folder, f"s{len(found) + 1}")
        found.append(hashlib.sha256(blanked(path)).hexdigest())
    return found


def main():
    runners.need("CHIWAWA", "GUEST_CC", "WASM_TOOLS")
    commands = runners.commands()
    count = runners.Count()
    work = os.path.abspath("matrix-equal.work")
    os.makedirs(work, exist_ok=True)
    for dispatch, command in dispatch_builds.build_all(count).items():
        commands[f"native, {dispatch}"] = (command, commands["native"][1])
    for source, options in GUESTS:
        if sys.argv[1:] and os.path.basename(source) not in sys.argv[1:]:
            continue
        guest = runners.compile_guest(
            os.path.join(runners.SRCDIR, source),
            os.path.join(work, os.path.basename(source) + ".wasm"))
        folder = os.path.join(work, "run")
        step = step_of(commands["native"], folder, guest, options)
        taken = {name: snapshots(command, folder, guest, options, step)
                 for name, command in commands.items()}
        native = taken.pop("native")
        count.check(len(native) >= SNAPSHOTS, f"{source}: {len(native)} snapshots")
        count.check(len(set(native)) == len(native), f"{source}: they differ from each other")
        for name, found in taken.items():
            different = [index + 1 for index, pair in enumerate(zip(native, found))
                         if pair[0] != pair[1]]
            count.check(len(found) == len(native) and not different,
                        f"{source}: {name}: of {len(found)} and {len(native)}, {different} differ")
        print(f"{source} {' '.join(options)}: {len(native)} snapshots every {step}, native = "
              f"{', '.join(taken)}", flush=True)
    count.finish()


if __name__ == "__main__":
    main()
