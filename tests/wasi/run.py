#!/usr/bin/env python3
"""WASI calls: tests/wasi/calls.c, and unstable.wat for wasi_unstable, print under chiwawa, natively
and on every host, what they print under the host's own WASI."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import runners  # noqa: E402


def compare(count, guest, work):
    """A guest under wasmtime itself, and under chiwawa on every host."""
    def run(command):
        folder = os.path.join(work, "run")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        shutil.copy(guest, os.path.join(folder, "guest.wasm"))
        return subprocess.run(command, cwd=folder, capture_output=True, text=True,
                              timeout=60, check=False)

    reference = run([runners.tool("WASMTIME"), "run", "--dir", ".", "guest.wasm"])
    count.check(reference.returncode == 3 and ": NO" not in reference.stdout,
                f"wasmtime itself: {reference.stdout}{reference.stderr}")
    wanted = reference.stdout.splitlines()
    for name, (command, options) in runners.commands().items():
        result = run(command + ["guest.wasm"] + options)
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


def main():
    runners.need("CHIWAWA", "GUEST_CC", "WASMTIME", "WASM_TOOLS")
    work = os.path.abspath("wasi.work")
    os.makedirs(work, exist_ok=True)
    count = runners.Count()
    for source in ("calls.c", "unstable.wat"):
        guest = os.path.join(work, os.path.splitext(source)[0] + ".wasm")
        runners.compile_guest(os.path.join(runners.SRCDIR, "tests/wasi", source), guest)
        compare(count, guest, work)
    count.finish()


# What a host's own WASI answers otherwise, so that chiwawa on it does too.
KNOWN_DIFFERENCES = set()

if __name__ == "__main__":
    main()
