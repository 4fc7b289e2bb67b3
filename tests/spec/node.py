#!/usr/bin/env python3
"""The specification's test suite, chiwawa on node; see run.py."""
import run

run.main("node")
