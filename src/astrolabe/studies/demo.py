"""The demo: what a prompt does to Polaris, in under a minute and a half.

On its own exam, zero shots against five; in label games, none against sixteen. On its word
problems, direct answers against worked steps, and worked steps under three roles.
"""

from astrolabe.core.run import Study
from astrolabe.studies.file import declare

EXPERT = "You are an expert who always answers correctly."
CARELESS = "You are a careless student who often makes mistakes."


def demo() -> Study:
    """The demo's study."""
    # The same exemplars for every item: a header that is shared is computed once.
    worked = {"shots": 5, "draw": "first", "reasoning": "worked", "max_tokens": 128}
    return declare(
        {
            "name": "demo",
            "benchmarks": [
                {
                    "benchmark": "mmlu",
                    "conditions": {"zero-shot": {"shots": 0}, "five-shot": {"shots": 5}},
                },
                {
                    "benchmark": "label-games",
                    "conditions": {"no examples": {"shots": 0}, "examples": {"shots": 16}},
                },
                {
                    "benchmark": "gsm8k",
                    "recipe": "lm-eval",
                    "limit": 150,
                    "conditions": {
                        "direct": {**worked, "reasoning": "none"},
                        "worked": worked,
                        "worked, expert role": {**worked, "role": EXPERT},
                        "worked, careless role": {**worked, "role": CARELESS},
                    },
                    "compare": [
                        ("direct", "worked"),
                        ("worked", "worked, expert role"),
                        ("worked", "worked, careless role"),
                    ],
                },
            ],
        }
    )
