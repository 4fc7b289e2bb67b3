#!/usr/bin/env python3
"""The command-line tests, chiwawa on native; see run.py."""
import run

run.main("native")
