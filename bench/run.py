#!/usr/bin/env python3
"""Times chiwawa side by side with its peers and the host's own JIT.

usage: make bench [BENCH_FLAGS="--quick --json FILE --armed GUEST..."]

Every guest of bench/guests is compiled with -O2 and run in turn by everything that is
there, in interleaved rounds; the least time of each counts.  Peers are Wasm modules in
$PEERS_DIR (default ../shared/peers).  The tables give milliseconds, start-up included,
and ratios: how many times chiwawa's time the other one takes; the last row of each
table is the geometric mean of the ratios.  --armed adds chiwawa with --cr.
"""
import glob
import json
import math
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "tests"))
import runners  # noqa: E402

TIMEOUT = 120
PEERS = {  # name -> words after the file, with the guest's place
    "wasm3-tc": ["guest.wasm"],
    "wasm3-notc": ["guest.wasm"],
    "toywasm": ["--wasi", "--wasi-dir", ".", "guest.wasm"],
    "rchi-legacy": ["guest.wasm"],
}


def host_prefixes():
    """Host -> command that runs a module given by its absolute path."""
    found = {}
    for name, (command, _) in runners.commands().items():
        if name in ("wasmtime", "node"):
            found[name] = command[:-1]
    return found


def contenders(armed):
    """Host -> {contender: command}."""
    table = {}
    commands = runners.commands()
    peers = os.environ.get("PEERS_DIR") or \
        os.path.join(runners.SRCDIR, "..", "shared", "peers")
    for host, prefix in host_prefixes().items():
        entry = {"chiwawa": commands[host][0] + ["guest.wasm"]}
        if armed:
            entry["chiwawa --cr"] = commands[host][0] + ["guest.wasm", "--cr"]
        for peer, words in PEERS.items():
            path = os.path.abspath(os.path.join(peers, peer + ".wasm"))
            if os.path.exists(path):
                entry[peer] = prefix + [path] + words
        entry["JIT"] = prefix + ["guest.wasm"]
        table[host] = entry
    if "native" in commands:
        table["native"] = {"chiwawa": commands["native"][0] + ["guest.wasm"]}
        if armed:
            table["native"]["chiwawa --cr"] = commands["native"][0] + ["guest.wasm", "--cr"]
    return table


def once(command, work, expected):
    begin = time.perf_counter()
    try:
        result = subprocess.run(command, cwd=work, capture_output=True, timeout=TIMEOUT,
                                check=False)
    except subprocess.TimeoutExpired:
        return None, expected
    elapsed = (time.perf_counter() - begin) * 1000
    good = result.returncode == 0 and result.stdout and \
        (expected is None or result.stdout == expected)
    return (elapsed if good else None), result.stdout if good else expected


def measure(table, guests, work, rounds):
    """(host, contender, guest) -> least ms, or None when it fails."""
    best, expected = {}, {}
    total, done = rounds * len(guests) * sum(map(len, table.values())), 0
    for _ in range(rounds):
        for name, path in guests:
            shutil.copy(runners.compile_guest(path, os.path.join(work, name + ".wasm")),
                        os.path.join(work, "guest.wasm"))
            for host, entry in table.items():
                for contender, command in entry.items():
                    key = (host, contender, name)
                    done += 1
                    if sys.stderr.isatty():
                        print(f"\r{done}/{total} {host} {contender} {name}\033[K", end="",
                              file=sys.stderr)
                    if key in best and best[key] is None:
                        continue  # it failed before
                    ms, expected[name] = once(command, work, expected.get(name))
                    best[key] = ms if ms is None else min(ms, best.get(key, ms))
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return best


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def show(table, guests, best):
    for host, entry in table.items():
        others = [c for c in entry if c != "chiwawa"]
        print(f"\n{host}: ms, and ratio to chiwawa")
        print(f"{'guest':12}{'chiwawa':>9}" + "".join(f"{c:>19}" for c in others))
        ratios = {c: [] for c in others}
        for name, _ in guests:
            own = best[host, "chiwawa", name]
            row = f"{name:12}{own:9.0f}" if own else f"{name:12}{'failed':>9}"
            for c in others:
                ms = best[host, c, name]
                if ms and own:
                    ratios[c].append(ms / own)
                    row += f"{ms:11.0f} {ms / own:6.2f}x"
                else:
                    row += f"{'failed':>19}"
            print(row)
        print(f"{'mean':21}" + "".join(
            f"{mean(ratios[c]):18.2f}x" if ratios[c] else f"{'-':>19}" for c in others))


def main():
    words = sys.argv[1:]
    quick, armed = "--quick" in words, "--armed" in words
    output = words[words.index("--json") + 1] if "--json" in words else None
    chosen = [w for w in words if not w.startswith("--") and w != output]
    runners.need("CHIWAWA", "GUEST_CC")
    work = os.path.abspath("bench.work")
    os.makedirs(work, exist_ok=True)
    guests = [(os.path.splitext(os.path.basename(p))[0], p)
              for p in sorted(glob.glob(os.path.join(HERE, "guests", "*.c")))]
    guests = [g for g in guests if not chosen or g[0] in chosen]
    table = contenders(armed)
    best = measure(table, guests, work, 2 if quick else 5)
    show(table, guests, best)
    if output:
        with open(output, "w", encoding="utf-8") as file:
            json.dump([{"host": h, "contender": c, "guest": g, "ms": ms}
                       for (h, c, g), ms in best.items()], file, indent=1)


if __name__ == "__main__":
    main()
