"""MMLU, five shots, all four cyclic orders of the options: ours against four runs of lm-eval.

Both read the same files and go from rows to graded answers, in float32 with the same threads, each
at its best batch size (ours chooses its own). Ours also writes every answer to its store.
"""

from perf import against_lm_eval, sides

TASK = sides.Task("mmlu", limit=100, configs=("global_facts",), rotations=(0, 1, 2, 3))


def main() -> None:
    """Measure and print."""
    against_lm_eval.run("mmlu_permutations", TASK, __doc__)


if __name__ == "__main__":
    main()
