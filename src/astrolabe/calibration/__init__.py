"""Instruments pointed at something whose truth is known, and how far off they read."""

from pathlib import Path

DATA = Path(__file__).parent / "data"
"""Labelled answers, one file a language."""
