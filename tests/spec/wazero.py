#!/usr/bin/env python3
"""The specification's test suite, chiwawa on wazero; see run.py."""
import run

run.main("wazero")
