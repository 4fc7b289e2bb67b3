#!/usr/bin/env python3
"""Moves every guest of tests/guests many times in mid-run, and compares.

Called by native.py and hosts.py; words on their command line choose guests.

A guest is run to its end natively.  Then it is run again with a snapshot after every
K instructions, each part continued by the next runner: natively only, or by every
host in turn.  Output, exit status and files must be those of the whole run.
"""
import glob
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402

STOPPED = 99
PARTS_NATIVE = 40
PARTS_HOSTS = 12
MOST_INSTRUCTIONS = 1 << 30
ARGUMENTS = ["--app-args", "alpha 'beta gamma'", "--env", "WHO=somebody"]


def fresh(path, guest):
    shutil.rmtree(path, ignore_errors=True)
    os.makedirs(path)
    shutil.copy(guest, os.path.join(path, "guest.wasm"))


def contents(path):
    """Files below path, without those of chiwawa itself."""
    found = {}
    for root, _, names in os.walk(path):
        for name in names:
            full = os.path.join(root, name)
            if name not in ("guest.wasm", "snapshot"):
                with open(full, "rb") as file:
                    found[os.path.relpath(full, path)] = file.read()
    return found


def run_plain(runner, path, words):
    return subprocess.run(runner[0] + words, cwd=path, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60, check=False)


def run(runner, path, options):
    return run_plain(runner, path, ["guest.wasm"] + runner[1] + options)


def instructions(runner, path, guest):
    """About how many instructions a run has: the first power of two past it."""
    budget = 1 << 12
    while True:
        fresh(path, guest)
        result = run(runner, path, ARGUMENTS + [
            "--trigger", f"budget:{budget}", "--snapshot-output", "snapshot",
            "--snapshot-exit-code", str(STOPPED)])
        if result.returncode != STOPPED or budget > MOST_INSTRUCTIONS:
            return budget
        budget *= 2


def formats(runner):
    """Names of the snapshot formats that are built in."""
    listed = subprocess.run(runner[0] + ["plugins"], capture_output=True, text=True,
                            check=True).stdout
    return [line.split()[1] for line in listed.splitlines() if line.startswith("format")]


def move(runners, path, guest, step, limit):
    """Runs in parts of step instructions: (output, status, parts, errors)."""
    fresh(path, guest)
    output, parts, options = b"", 0, ARGUMENTS
    names = formats(runners[-1])
    while True:
        result = run(runners[parts % len(runners)], path, options + [
            "--trigger", f"budget:{step}", "--snapshot-output", "snapshot",
            # A round through the runners, and then the next format.
            "--snapshot-format", names[parts // len(runners) % len(names)],
            "--snapshot-exit-code", str(STOPPED)])
        output += result.stdout
        parts += 1
        if result.returncode != STOPPED or parts > limit:
            return output, result.returncode, parts, result.stderr
        options = ["--restore", "snapshot"]


def main(use_hosts):
    chosen = sys.argv[1:]
    runners.need("CHIWAWA", "GUEST_CC", "WASM_TOOLS")
    commands = runners.commands()
    if use_hosts and len(commands) < 2:
        print("skipped: no host, or no chiwawa.wasm")
        sys.exit(runners.SKIPPED)
    native = commands["native"]
    parts_wanted = PARTS_HOSTS if use_hosts else PARTS_NATIVE
    work = os.path.abspath("matrix-hosts.work" if use_hosts else "matrix.work")
    os.makedirs(work, exist_ok=True)
    count = runners.Count()
    sources = sorted(glob.glob(os.path.join(runners.SRCDIR, "tests/guests/*.c")) +
                     glob.glob(os.path.join(runners.SRCDIR, "tests/guests/*.wat")))
    for source in sources:
        name = os.path.splitext(os.path.basename(source))[0]
        if chosen and name not in chosen:
            continue
        guest = runners.compile_guest(source, os.path.join(work, name + ".wasm"))
        whole_dir = os.path.join(work, "whole")
        fresh(whole_dir, guest)
        whole = run(native, whole_dir, ARGUMENTS)
        count.check(b"FAILED" not in whole.stdout and whole.stdout != b"",
                    f"{name}: whole run: {whole.stdout!r} {whole.stderr!r}")
        total = instructions(native, os.path.join(work, "count"), guest)
        # The count is between total / 2 and total.
        step = max(total * 3 // 4 // parts_wanted, 1)
        if use_hosts:
            order = ["wasmtime", "node", "wazero", "native"]
            names = [n for n in order if n in commands]
        else:
            names = ["native"]
        part_dir = os.path.join(work, "parts")
        output, status, parts, errors = move([commands[n] for n in names], part_dir, guest,
                                             step, 4 * parts_wanted)
        where = f"{name} in {parts} parts on {','.join(names)}"
        count.check(parts > parts_wanted // 3, f"{where}: too few parts: {errors!r}")
        count.check(output == whole.stdout, f"{where}: output differs: {errors!r}")
        count.check(status == whole.returncode,
                    f"{where}: status {status}, not {whole.returncode}: {errors!r}")
        count.check(contents(part_dir) == contents(whole_dir),
                    f"{where}: files differ")
        print(f"{where}: {len(output)} bytes of output", flush=True)
    count.finish()

