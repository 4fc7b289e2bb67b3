#!/usr/bin/env python3
"""The specification's test suite, chiwawa on native; see run.py."""
import run

run.main("native")
