#!/usr/bin/env python3
"""The specification's test suite, chiwawa on wasmtime; see run.py."""
import run

run.main("wasmtime")
