#!/usr/bin/env python3
"""Times chiwawa side by side with its peers and the host's own JIT.

usage: make bench [BENCH_FLAGS="--quick --armed --json FILE --chart FILE --markdown FILE GUEST..."]

Every guest of bench/guests is compiled with -O2 and run in turn by everything that is
there, in interleaved rounds.  Peers are Wasm modules in $PEERS_DIR (default
../shared/peers), and a native wasm3 when $WASM3 names one.  The tables give the least
milliseconds of all rounds, start-up included, and ratios: how many times chiwawa's time
the other one takes; the last row of each is the geometric mean of the ratios.  --armed
adds chiwawa with --cr.  --json also has the medians; --chart draws the means as SVG;
--markdown has the tables of milliseconds for doc/performance.md.
"""
import glob
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "tests"))
import chart  # noqa: E402
import runners  # noqa: E402

TIMEOUT = 120
PEERS = {  # name -> words after the file, with the guest's place
    "wasm3-tc": ["guest.wasm"],
    "wasm3-notc": ["guest.wasm"],
    "toywasm": ["--wasi", "--wasi-dir", ".", "guest.wasm"],
    "rchi-legacy": ["guest.wasm"],
}


def peer_prefixes(commands):
    """Host -> (command for a peer, command for a guest under the JIT)."""
    found = {}
    for name in ("wasmtime", "node", "wazero"):
        if name not in commands:
            continue
        prefix = commands[name][0][:-1]
        # Peers do not return from their loop for V8's sake.
        found[name] = (prefix + ["--no-liftoff"] if name == "node" else prefix, prefix)
    return found


def contenders(armed):
    """Host -> {contender: command}."""
    table = {}
    commands = runners.commands()
    peers = os.environ.get("PEERS_DIR") or \
        os.path.join(runners.SRCDIR, "..", "shared", "peers")
    for host, (peer_prefix, prefix) in peer_prefixes(commands).items():
        own = commands[host][0] + ["guest.wasm"] + commands[host][1]
        entry = {"chiwawa": own}
        if armed:
            entry["chiwawa --cr"] = own + ["--cr"]
        if host == "node":
            entry["chiwawa, plain"] = [runners.tool("NODE"), "--no-warnings",
                                       os.path.join(HERE, "plain-node.mjs"),
                                       commands[host][0][-1], "guest.wasm"]
        for peer, words in PEERS.items():
            path = os.path.abspath(os.path.join(peers, peer + ".wasm"))
            if os.path.exists(path):
                entry[peer] = peer_prefix + [path] + words
        entry["JIT"] = prefix + ["guest.wasm"]
        table[host] = entry
    if "native" in commands:
        own = commands["native"][0] + ["guest.wasm"] + commands["native"][1]
        table["native"] = {"chiwawa": own}
        if armed:
            table["native"]["chiwawa --cr"] = own + ["--cr"]
        if runners.tool("WASM3"):
            table["native"]["wasm3"] = [runners.tool("WASM3"), "guest.wasm"]
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
    """(host, contender, guest) -> all its ms, or None when it fails."""
    times, expected = {}, {}
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
                    if key in times and times[key] is None:
                        continue  # it failed before
                    ms, expected[name] = once(command, work, expected.get(name))
                    times[key] = None if ms is None else times.get(key, []) + [ms]
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return times


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios)) if ratios else None


def show(table, guests, best):
    """Prints the tables; host -> {contender: geometric mean}."""
    means = {}
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
        means[host] = {c: mean(ratios[c]) for c in others}
        print(f"{'mean':21}" + "".join(
            f"{means[host][c]:18.2f}x" if ratios[c] else f"{'-':>19}" for c in others))
    return means


def markdown(table, guests, best, means):
    """The milliseconds of each host, with the means of the ratios below."""
    lines = []
    for host, entry in table.items():
        names = list(entry)
        lines += [f"{host}:", "", "| guest | " + " | ".join(names) + " |",
                  "|---" * (len(names) + 1) + "|"]
        for guest, _ in guests:
            row = [best[host, name, guest] for name in names]
            lines.append(f"| {guest} | " + " | ".join(
                f"{ms:.0f}" if ms else "-" for ms in row) + " |")
        lines += ["| **mean ratio** | 1.00 | " + " | ".join(
            f"{means[host][name]:.2f}" if means[host][name] else "-" for name in names[1:]) + " |",
                  ""]
    return "\n".join(lines)


def main():
    words = sys.argv[1:]
    quick, armed = "--quick" in words, "--armed" in words
    files = {flag: words[words.index(flag) + 1] if flag in words else None
             for flag in ("--json", "--chart", "--markdown")}
    chosen = [w for w in words if not w.startswith("--") and w not in files.values()]
    runners.need("CHIWAWA", "GUEST_CC")
    work = os.path.abspath("bench.work")
    os.makedirs(work, exist_ok=True)
    guests = [(os.path.splitext(os.path.basename(p))[0], p)
              for p in sorted(glob.glob(os.path.join(HERE, "guests", "*.c")))]
    guests = [g for g in guests if not chosen or g[0] in chosen]
    table = contenders(armed)
    times = measure(table, guests, work, 2 if quick else 5)
    best = {key: ms and min(ms) for key, ms in times.items()}
    means = show(table, guests, best)
    if files["--json"]:
        with open(files["--json"], "w", encoding="utf-8") as file:
            json.dump([{"host": h, "contender": c, "guest": g, "ms": ms and min(ms),
                        "median": ms and statistics.median(ms)}
                       for (h, c, g), ms in times.items()], file, indent=1)
    if files["--chart"]:
        with open(files["--chart"], "w", encoding="utf-8") as file:
            file.write(chart.draw(means))
    if files["--markdown"]:
        with open(files["--markdown"], "w", encoding="utf-8") as file:
            file.write(markdown(table, guests, best, means))


if __name__ == "__main__":
    main()
