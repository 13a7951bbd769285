"""Measurements of ours against the peers, side by side in one run.

`python -m perf` runs every measurement here; `python -m perf NAME` runs one.
"""
