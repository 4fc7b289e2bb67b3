#!/usr/bin/env python3
"""The command-line tests, chiwawa on wasmtime; see run.py."""
import run

run.main("wasmtime")
