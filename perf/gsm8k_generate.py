"""GSM8K, eight shots, 128 new tokens for each of 64 problems: ours against lm-eval's generate.

Both read the same files and go from rows to graded answers, in float32 with the same threads, each
at its best batch size (ours chooses its own). Ours also writes every answer to its store.
"""

from perf import against_lm_eval, sides

TASK = sides.Task("gsm8k", limit=64, shots=8, draw="first", max_tokens=128)


def main() -> None:
    """Measure and print."""
    against_lm_eval.run("gsm8k_generate", TASK, __doc__)


if __name__ == "__main__":
    main()
