"""A run from plan to grades, its store, and the comparison of runs."""
