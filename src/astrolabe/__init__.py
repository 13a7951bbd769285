"""Astrolabe: one instrument to use, judge, look inside and decode large language models."""

__version__ = "0.1.0"
