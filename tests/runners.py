"""runners.py: how tests start chiwawa, natively and under each host that is there.

Make passes what configure found in the environment: CHIWAWA, CHIWAWA_WASM, WASMTIME,
CHIWAWA_THREADS_WASM, NODE, WAZERO, GUEST_CC, WASM_TOOLS, SRCDIR.
"""
import os
import subprocess
import sys

SKIPPED = 77  # automake: the test could not be run
SRCDIR = os.path.abspath(os.environ.get("SRCDIR", "."))


def tool(name):
    return os.environ.get(name) or None


def commands():
    """Name -> (command, options): chiwawa as run in the present directory."""
    found = {}
    native = tool("CHIWAWA")
    if native:
        found["native"] = ([os.path.abspath(native)], ["--dir", "."])
    wasm = tool("CHIWAWA_WASM")
    if not wasm or not os.path.exists(wasm):
        return found
    wasm = os.path.abspath(wasm)
    if tool("WASMTIME"):
        found["wasmtime"] = ([tool("WASMTIME"), "run", "--dir", ".", wasm], [])
    if tool("NODE"):
        driver = os.path.join(SRCDIR, "hosts", "node.mjs")
        found["node"] = ([tool("NODE"), driver, wasm], [])
        threads = tool("CHIWAWA_THREADS_WASM")
        if threads and os.path.exists(threads):
            found["node, threads"] = ([tool("NODE"), driver, os.path.abspath(threads)], [])
    if tool("WAZERO"):
        cache = os.path.join(os.path.dirname(wasm), "wazero-cache")
        found["wazero"] = ([tool("WAZERO"), "run", "-cachedir", cache,
                            "-mount=.:/", wasm], ["--dir", "/::."])
    return found


def need(*names):
    """Skips the test unless all of these are there."""
    for name in names:
        if not tool(name):
            print(f"skipped: {name} is not there")
            sys.exit(SKIPPED)


def compile_guest(source, output):
    """Compiles a guest, C or WAT, unless it is newer than its source."""
    if os.path.exists(output) and \
            os.path.getmtime(output) >= os.path.getmtime(source):
        return output
    if source.endswith(".wat"):
        command = [tool("WASM_TOOLS"), "parse", source, "-o", output]
    else:
        # In two steps: linking with -O2, clang runs wasm-opt where that is installed, which
        # drops names.
        compiler = tool("GUEST_CC").split()
        subprocess.run(compiler + ["-O2", "-c", source, "-o", output + ".o"], check=True)
        command = compiler + [output + ".o", "-o", output]
    subprocess.run(command, check=True)
    return output


class Count:
    """Passed and failed checks, and the closing line."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good, what):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAILED: {what}", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed else 0)
