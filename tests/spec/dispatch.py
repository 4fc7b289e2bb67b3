#!/usr/bin/env python3
"""The specification's test suite in each native build with another dispatch; see run.py."""
import sys

import run

import dispatch_builds
import runners

runners.need("CHIWAWA", "WASM_TOOLS")
count = runners.Count()
builds = dispatch_builds.build_all(count)
good = [run.run(f"native, {way}", command) for way, command in builds.items()]
sys.exit(0 if all(good) and count.failed == 0 else 1)
