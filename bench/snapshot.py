#!/usr/bin/env python3
"""Times snapshots: format x compression x size of memory, native and under wasmtime.

usage: snapshot.py [--quick] [--json FILE]      (`make bench-snapshot`)

Encoding is without fsync, and is compared with write(2) of as many bytes to the same
directory in the same run.  Each figure is the least of some runs, and of the last of
three snapshots that a run takes: the first also pays for what a process does once.
"""
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests"))
import runners  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
REPEATS = 3
PAGE = 65536
LOOP = 33  # instructions of fill.wat's first loop
STEP = 1 << 20


def plain_write(path, size):
    """Seconds of write(2) in pieces of 1 MiB."""
    piece = os.urandom(min(size, STEP))
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    began = time.perf_counter()
    left = size
    while left > 0:
        left -= os.write(file, piece[:left] if left < len(piece) else piece)
    taken = time.perf_counter() - began
    os.close(file)
    return taken


def stats(command, work, words):
    result = subprocess.run(command[0] + ["fill.wasm"] + command[1] + words + ["--stats=json"],
                            cwd=work, capture_output=True, text=True, check=True)
    return json.loads(result.stderr.splitlines()[-1])


def measure(command, work, pages, form, compression):
    # Instructions of the first loop, and then some of the second.
    budget = pages * PAGE // 8 * LOOP + 1000
    taken = {"encode": [], "capture": [], "read": [], "sync": [], "write": []}
    for _ in range(REPEATS):
        found = stats(command, work, [
            "--invoke", "fill", "--trigger", f"budget:{budget},every=1000000",
            "--leave-running", "--snapshot-output", "out",
            "--snapshot-format", form, "--snapshot-compress", compression])
        taken["encode"].append(found["snapshot_encode_ns"] / 1e9)
        taken["capture"].append(found["snapshot_capture_ns"] / 1e9)
        taken["sync"].append(found["snapshot_sync_ns"] / 1e9)
        taken["write"].append(plain_write(os.path.join(work, "plain"),
                                          found["snapshot_bytes"]))
        restored = stats(command, work, ["--restore", "out", "--trigger", "budget:1",
                                         "--snapshot-output", "again"])
        taken["read"].append(restored["restore_read_ns"] / 1e9)
    best = {name: min(values) for name, values in taken.items()}
    best["bytes"] = found["snapshot_bytes"]
    return best


def main():
    runners.need("CHIWAWA", "WASM_TOOLS")
    quick = "--quick" in sys.argv
    work = os.path.abspath("bench-snapshot.work")
    os.makedirs(work, exist_ok=True)
    commands = {name: command for name, command in runners.commands().items()
                if name in ("native", "wasmtime")}
    with open(os.path.join(HERE, "guests", "fill.wat"), encoding="utf-8") as file:
        source = file.read()
    rows = []
    print(f"{'host':9} {'memory':>8} {'format':9} {'lz4':4} {'bytes':>11} {'capture':>9} "
          f"{'encode':>9} {'decode':>9} {'sync':>9} {'/write':>7} {'/raw':>6}")
    for pages in (1, 256) if quick else (1, 256, 4096):
        wat = os.path.join(work, "fill.wat")
        with open(wat, "w", encoding="utf-8") as file:
            file.write(source.replace("PAGES", str(pages)))
        subprocess.run([runners.tool("WASM_TOOLS"), "parse", wat, "-o",
                        os.path.join(work, "fill.wasm")], check=True)
        for host, command in commands.items():
            raw = {}
            for compression in ("none", "lz4"):
                for form in ("raw", "protobuf", "msgpack"):
                    row = measure(command, work, pages, form, compression)
                    raw.setdefault(compression, row["encode"])
                    size = f"{pages * 64} KiB" if pages < 16 else f"{pages // 16} MiB"
                    print(f"{host:9} {size:>8} {form:9} {compression:4} {row['bytes']:>11} "
                          f"{row['capture'] * 1e3:9.2f} {row['encode'] * 1e3:9.2f} "
                          f"{row['read'] * 1e3:9.2f} {row['sync'] * 1e3:9.2f} "
                          f"{row['encode'] / row['write']:7.2f} "
                          f"{row['encode'] / raw[compression]:6.2f}", flush=True)
                    rows.append(dict(row, host=host, pages=pages, format=form,
                                     compression=compression))
    print("times in ms; /write: encoding against write(2) of as many bytes; /raw: against raw")
    if "--json" in sys.argv:
        with open(sys.argv[sys.argv.index("--json") + 1], "w", encoding="utf-8") as file:
            json.dump(rows, file, indent=1)


if __name__ == "__main__":
    main()
