"""Probes: what can be read off a model's states by a regression, out of sample, beside controls."""
