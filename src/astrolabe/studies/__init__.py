"""Experiments: declared sets of runs with the comparisons planned between them."""
