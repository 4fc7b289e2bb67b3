#!/usr/bin/env python3
"""What chiwawa costs before the first instruction: start-up time, memory, and file sizes.

usage: make bench-startup

A guest that does nothing, of some bytes and of 10 MB, under each host by itself, in chiwawa, and in
wasm3 where $PEERS_DIR has it: least of several interleaved runs (which also fill the hosts'
compilation caches), and the largest resident set.  Then what natively run guests need above
their own memory, against four times their code plus 2 MiB.
"""
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.join(HERE, "..", "tests"))
import large_module  # noqa: E402
import runners  # noqa: E402

ROUNDS = 12
TIME = shutil.which("time")


def once(command, work):
    """(ms, resident KiB) of one run; what forks it, time(1), is small itself."""
    timed = [TIME, "-f", "%M"] if TIME else []
    begin = time.perf_counter()
    result = subprocess.run(timed + command, cwd=work, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, text=True, check=False)
    elapsed = (time.perf_counter() - begin) * 1000
    if result.returncode != 0:
        return None, None
    return elapsed, int(result.stderr.splitlines()[-1]) if TIME else 0


def contenders(guest):
    """(host, what) -> command."""
    found = {}
    commands = runners.commands()
    peers = os.environ.get("PEERS_DIR") or \
        os.path.join(runners.SRCDIR, "..", "shared", "peers")
    wasm3 = os.path.abspath(os.path.join(peers, "wasm3-tc.wasm"))
    for host in ("wasmtime", "node", "wazero"):
        if host not in commands:
            continue
        prefix = commands[host][0][:-1]
        found[host, "alone"] = prefix + [guest]
        found[host, "chiwawa"] = commands[host][0] + [guest]
        if os.path.exists(wasm3) and host != "wazero":  # which has no tail calls
            found[host, "wasm3"] = prefix + [wasm3, guest]
    found["native", "chiwawa"] = commands["native"][0] + [guest]
    return found


def measure(work, guest):
    commands = contenders(guest)
    best = {}
    for _ in range(ROUNDS):
        for key, command in commands.items():
            ms, kib = once(command, work)
            if ms is not None:
                old = best.get(key, (ms, kib))
                best[key] = (min(ms, old[0]), min(kib, old[1]))
    return best


def show_start(work):
    small, large = measure(work, "small.wasm"), measure(work, "large.wasm")
    print(f"{'host':10}{'':10}{'small, ms':>12}{'MiB':>8}{'10 MB, ms':>12}{'MiB':>8}")
    for key in small:
        row = [small[key], large.get(key, (None, None))]
        print(f"{key[0]:10}{key[1]:10}" + "".join(
            f"{ms:12.1f}{kib / 1024:8.1f}" if ms else f"{'failed':>12}{'':8}" for ms, kib in row))


def show_memory(work):
    """The native resident set above that of the guest's own memory and of an empty guest."""
    native = runners.commands()["native"][0]
    _, empty = once(native + ["small.wasm"], work)
    print(f"\n{'native':16}{'code, KiB':>12}{'own, KiB':>12}{'above, KiB':>12}{'bound, KiB':>12}")
    for name in ("trees", "quicksort", "sha256", "large"):
        path = os.path.join(work, name + ".wasm")
        if name != "large":
            runners.compile_guest(os.path.join(HERE, "guests", name + ".c"), path)
        result = subprocess.run(native + [name + ".wasm", "--stats=json"], cwd=work,
                                capture_output=True, text=True, check=True)
        stats = json.loads(result.stderr.splitlines()[-1])
        _, resident = once(native + [name + ".wasm"], work)
        code = os.path.getsize(path) / 1024
        own = stats["memory_bytes"] / 1024
        # Of its memory only what it touches is resident: this is at least what is above.
        print(f"{name:16}{code:12.0f}{own:12.0f}{max(0, resident - empty - own):12.0f}"
              f"{4 * code + 2048:12.0f}")


def main():
    runners.need("CHIWAWA", "GUEST_CC")
    work = os.path.abspath("bench.work")
    os.makedirs(work, exist_ok=True)
    with open(os.path.join(work, "small.wasm"), "wb") as file:
        file.write(large_module.large_module(0))
    with open(os.path.join(work, "large.wasm"), "wb") as file:
        file.write(large_module.large_module(10 << 20))
    show_start(work)
    show_memory(work)
    print()
    for path in (runners.tool("CHIWAWA_WASM"), runners.tool("CHIWAWA_THREADS_WASM")):
        if path and os.path.exists(path):
            print(f"{os.path.basename(path):24}{os.path.getsize(path) / 1024:8.1f} KiB")


if __name__ == "__main__":
    main()
