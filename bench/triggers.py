#!/usr/bin/env python3
"""What triggers cost, and how fast they are: ratios of run time, and latency.

usage: triggers.py [--quick] [--overhead | --latency]      (`make bench-triggers`)

Overhead: a computing guest with each trigger armed, none of which fires, against none armed;
least of interleaved runs.  Latency: from the request (a file, a signal) to the time that the
snapshot bears, while a guest computes and while it sleeps.
"""
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests"))
import runners  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
QUICK = "--quick" in sys.argv
REPEATS = 2 if QUICK else 7
SAMPLES = 20 if QUICK else 100
# Longer than those of run.py: start-up, and that of a Worker, is not the question here.
GUESTS = (("fib.c", "n = 32", "n = 36"), ("quicksort.c", "300000", "1500000"),
          ("dispatch.c", "", ""))
ARMED = ("file", "thread", "timer:100000000", "signal", "call:wasi:sock_accept", "hostcall",
         "idle", "trap", "budget:1000000000000000")
SLEEPER = """
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	volatile unsigned x = 1;
	if (argc > 1)
		sleep(1000);
	for (;;)
		x = x * 5 + 1;
}
"""


def times_threads(name):
    return name == "native" or name == "node, threads"


def unavailable(name, trigger):
    return (trigger == "thread" and not times_threads(name)) or \
        (trigger == "signal" and name != "native")


def run_time(command, work, guest, words):
    began = time.perf_counter()
    subprocess.run(command[0] + [guest] + command[1] + words, cwd=work, check=True,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


def overhead(commands, work):
    print(f"{'host':14} {'guest':12} {'none, ms':>9} " +
          " ".join(f"{t.split(':')[0]:>8}" for t in ARMED))
    for source, old, new in GUESTS:
        with open(os.path.join(HERE, "guests", source), encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(work, source), "w", encoding="utf-8") as file:
            file.write(text.replace(old, new) if old else text)
        guest = runners.compile_guest(os.path.join(work, source),
                                      os.path.join(work, source + ".wasm"))
        for name, command in commands.items():
            best = {}
            for _ in range(REPEATS):
                for trigger in ("",) + ARMED:
                    if unavailable(name, trigger):
                        continue
                    words = ["--trigger", trigger] if trigger else []
                    taken = run_time(command, work, os.path.basename(guest), words)
                    best[trigger] = min(best.get(trigger, taken), taken)
            cells = [f"{best[t] / best['']:8.3f}" if t in best else f"{'-':>8}" for t in ARMED]
            print(f"{name:14} {source:12} {best[''] * 1e3:9.1f} " + " ".join(cells), flush=True)


def request(trigger, process, work):
    if trigger == "signal":
        process.send_signal(signal.SIGUSR1)
    else:
        with open(os.path.join(work, "please"), "wb"):
            pass


def sample_latency(name, command, work, trigger, sleeps):
    """Latencies in ms of SAMPLES requests."""
    for path in glob.glob(os.path.join(work, "s*.bin")):
        os.remove(path)
    process = subprocess.Popen(
        command[0] + ["sleeper.wasm"] + command[1] +
        (["--app-args", "sleep"] if sleeps else []) +
        ["--trigger", trigger if trigger == "signal" else f"{trigger}:please",
         "--snapshot-output", "s%n.bin"],
        cwd=work, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    native = runners.commands()["native"][0]
    found = []
    time.sleep(1)
    try:
        for number in range(1, SAMPLES + 1):
            path = os.path.join(work, f"s{number}.bin")
            time.sleep(0.013 + number % 7 * 0.003)
            asked = time.time_ns()
            request(trigger, process, work)
            while not os.path.exists(path):
                if time.time_ns() - asked > 5e9:
                    return found
                time.sleep(0.0005)
            shown = subprocess.run(native + ["snapshot", "show", "--json", path],
                                   capture_output=True, check=True)
            found.append((json.loads(shown.stdout)["time"] - asked) / 1e6)
    finally:
        process.kill()
        process.wait()
    return found


def latency(commands, work):
    source = os.path.join(work, "sleeper.c")
    with open(source, "w", encoding="utf-8") as file:
        file.write(SLEEPER)
    runners.compile_guest(source, os.path.join(work, "sleeper.wasm"))
    print(f"\n{'host':14} {'trigger':8} {'guest':9} {'median, ms':>10} {'p99':>7} {'most':>7} "
          f"{'requests':>8}")
    for name, command in commands.items():
        for trigger in ("file", "thread", "signal"):
            if unavailable(name, trigger):
                continue
            for sleeps in (False, True):
                found = sorted(sample_latency(name, command, work, trigger, sleeps))
                if not found:
                    print(f"{name:14} {trigger:8} no snapshot")
                    continue
                print(f"{name:14} {trigger:8} {'sleeps' if sleeps else 'computes':9} "
                      f"{found[len(found) // 2]:10.2f} {found[-len(found) // 100 - 1]:7.2f} "
                      f"{found[-1]:7.2f} {len(found):8}", flush=True)


def main():
    runners.need("CHIWAWA", "GUEST_CC")
    work = os.path.abspath("bench-triggers.work")
    shutil.rmtree(work, ignore_errors=True)
    os.makedirs(work)
    commands = {name: command for name, command in runners.commands().items()
                if name in ("native", "wasmtime", "node", "node, threads")}
    if "--latency" not in sys.argv:
        overhead(commands, work)
    if "--overhead" not in sys.argv:
        latency(commands, work)


if __name__ == "__main__":
    main()
