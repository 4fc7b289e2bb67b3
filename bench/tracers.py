#!/usr/bin/env python3
"""What tracers cost: run time with each against none, least of interleaved runs, and how many
lines a second jsonl writes.

usage: tracers.py [--quick]      (`make bench-tracers`)
"""
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests"))
import runners  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
QUICK = "--quick" in sys.argv
REPEATS = 3 if QUICK else 9
GUESTS = ("fib.c", "quicksort.c", "matrix.c", "dispatch.c", "indirect.c")
TRACERS = ("calls", "branches", "loops", "strace", "folded", "opcodes", "coverage", "memory")


def run_time(command, work, guest, tracer):
    words = ["--tracer", f"{tracer}:output=out"] if tracer else []
    began = time.perf_counter()
    subprocess.run(command[0] + [guest] + command[1] + words, cwd=work, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def main():
    runners.need("CHIWAWA", "GUEST_CC")
    work = os.path.abspath("bench-tracers.work")
    os.makedirs(work, exist_ok=True)
    commands = {name: command for name, command in runners.commands().items()
                if name in ("native", "wasmtime")}
    print(f"{'host':10} {'guest':12} {'none, ms':>9} " + " ".join(f"{t:>8}" for t in TRACERS))
    products = {}
    for source in GUESTS:
        guest = runners.compile_guest(os.path.join(HERE, "guests", source),
                                      os.path.join(work, source + ".wasm"))
        for name, command in commands.items():
            best = {}
            for _ in range(REPEATS):
                for tracer in ("",) + TRACERS:
                    taken = run_time(command, work, os.path.basename(guest), tracer)
                    best[tracer] = min(best.get(tracer, taken), taken)
            print(f"{name:10} {source:12} {best[''] * 1e3:9.1f} " +
                  " ".join(f"{best[t] / best['']:8.2f}" for t in TRACERS), flush=True)
            for tracer in TRACERS:
                key = (name, tracer)
                products[key] = products.get(key, 1) * best[tracer] / best[""]
    for name in commands:
        print(f"{name:10} {'mean':12} {'':9} " + " ".join(
            f"{products[(name, t)] ** (1 / len(GUESTS)):8.2f}" for t in TRACERS))
    guest = os.path.basename(runners.compile_guest(
        os.path.join(HERE, "..", "tests", "triggers", "work.c"),
        os.path.join(work, "work.wasm")))
    command = commands["native"]
    began = time.perf_counter()
    subprocess.run(command[0] + [guest] + command[1] +
                   ["--app-args", "20", "--tracer", "jsonl:output=out"], cwd=work, check=True,
                   stdout=subprocess.DEVNULL)
    taken = time.perf_counter() - began
    with open(os.path.join(work, "out"), "rb") as file:
        lines = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    os.remove(os.path.join(work, "out"))
    print(f"jsonl, native: {lines / taken / 1e6:.1f} million lines a second")


if __name__ == "__main__":
    main()
