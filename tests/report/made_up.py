"""Made-up runs and verdicts that look like real ones."""

import random
from typing import Any

from astrolabe.core.condition import Condition
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.model import Answer, Finish, Generated, Scored
from astrolabe.core.run import GradedItem, Run

SUBJECTS = (
    "capitals",
    "cities_of_the_north",
    "college_geography",
    "distances",
    "elementary_arithmetic",
    "history_of_maps",
    "rivers",
    "world_trade",
)
HOSTILE = "<script>alert('x')</script> \x1b[31m [/red] & \"quoted\" </script>"


def make_run(
    skill: float, benchmark: str = "mmlu", model: str = "polaris", n: int = 240, **fields: Any
) -> Run:
    """A run in which about `skill` of the answers are right; the same items for every skill."""
    generated = benchmark == "gsm8k"
    if generated:
        fields = {"scoring": "generated", "max_tokens": 256, **fields}
    condition = Condition.parse(fields)
    subjects = ("gsm8k",) if generated else SUBJECTS
    rng = random.Random(condition.digest())
    items = []
    for i in range(n):
        subject = subjects[i % len(subjects)]
        # Half of what decides an item is the item itself, so that runs agree as real ones do.
        hardness = random.Random(f"{benchmark}/{i}").random()
        right = 0.5 * hardness + 0.5 * rng.random() < skill
        outcome = Outcome.RIGHT if right else Outcome.WRONG
        if generated and not right and rng.random() < 0.35:
            outcome = rng.choice([Outcome.UNPARSED, Outcome.TRUNCATED])
        items.append(_item(f"{subject}/test/{i}", subject, outcome, generated))
    return Run(
        id=condition.digest()[:24] + benchmark + model,
        model=model,
        benchmark=benchmark,
        condition=condition,
        rule="flexible" if generated else "argmax",
        aggregate="micro",
        items=tuple(items),
        record={
            "model": {"name": model, "dtype": "float32", "device": "cpu"},
            "data": {"source": "Polaris", "digest": "d0", "options": 0 if generated else 4},
            "seconds": 12.5,
        },
    )


def _item(name: str, subject: str, outcome: Outcome, generated: bool) -> GradedItem:
    read = outcome in (Outcome.RIGHT, Outcome.WRONG)
    value = ("18" if generated else "B") if outcome is Outcome.RIGHT else "C"
    rule, other = ("flexible", "strict") if generated else ("argmax", "argmax-per-char")
    extracted = value if read else None
    margin = None if generated else 0.31
    answers: tuple[Answer, ...] = tuple(Scored((x,), x == -1.2) for x in (-3.1, -1.2, -1.51, -4.0))
    if generated:
        finish: Finish = "length" if outcome is Outcome.TRUNCATED else "eos"
        answers = (Generated("She has 3 · 6 = 18.\n#### 18", 14, finish),)
    return GradedItem(
        item=name,
        subject=subject,
        gold="18" if generated else "B",
        prompt=f"Question {name}: which is it?\nA. north\nB. south\nC. east\nD. west\nAnswer:",
        answers=answers,
        order=() if generated else (0, 1, 2, 3),
        shots=(),
        grades={
            rule: Grade(outcome, extracted, rule, margin),
            other: Grade(outcome, extracted, other, margin),
        },
        categories=("STEM",) if subject in SUBJECTS[:5] else (),
    )


EXPERT = "You are an expert who always answers correctly."

LABELS = (
    "mmlu · zero-shot",
    "mmlu · five-shot",
    "gsm8k · direct",
    "gsm8k · worked",
    "gsm8k · worked, expert role",
    "gsm8k · worked, 老师",
)
