#!/usr/bin/env python3
"""WASI calls: tests/wasi/calls.c under chiwawa, natively and on every host, prints what
it prints under the host's own WASI."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402


def main():
    runners.need("CHIWAWA", "GUEST_CC", "WASMTIME")
    work = os.path.abspath("wasi.work")
    os.makedirs(work, exist_ok=True)
    guest = runners.compile_guest(os.path.join(runners.SRCDIR, "tests/wasi/calls.c"),
                                  os.path.join(work, "calls.wasm"))
    count = runners.Count()

    def run(command):
        folder = os.path.join(work, "run")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        shutil.copy(guest, os.path.join(folder, "calls.wasm"))
        return subprocess.run(command, cwd=folder, capture_output=True, text=True,
                              timeout=60, check=False)

    reference = run([runners.tool("WASMTIME"), "run", "--dir", ".", "calls.wasm"])
    count.check(reference.returncode == 3 and ": NO" not in reference.stdout,
                f"wasmtime itself: {reference.stdout}{reference.stderr}")
    wanted = reference.stdout.splitlines()
    for name, (command, options) in runners.commands().items():
        result = run(command + ["calls.wasm"] + options)
        count.check(result.returncode == 3, f"{name}: status {result.returncode}: "
                    f"{result.stderr}")
        lines = result.stdout.splitlines()
        count.check(len(lines) == len(wanted), f"{name}: {len(lines)} lines, not "
                    f"{len(wanted)}")
        for got, want in zip(lines, wanted):
            if (name, want) in KNOWN_DIFFERENCES:
                count.check(got != want, f"{name}: {want} is no longer different")
            else:
                count.check(got == want, f"{name}: {got!r}, under wasmtime {want!r}")
    count.finish()


# What a host's own WASI answers otherwise, so that chiwawa on it does too.
KNOWN_DIFFERENCES = set()

if __name__ == "__main__":
    main()
