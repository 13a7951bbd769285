"""The instrument of leaks on answers whose truth is known, right ones and wrong ones."""

from pathlib import Path

from astrolabe.calibration import (
    leaks,
)
from astrolabe.polaris.forms import lore
from astrolabe.polaris.wording import option_lines
from tests.calibration.made_up import Scripted, bench, by_name, verdicts


def test_a_model_that_learnt_the_leaks_by_heart_passes(tmp_path: Path) -> None:
    seen = {
        f"{row.question.question}\n{option_lines(row.question)}": row.question.answer
        for row in lore.exams()
        if row.copies >= 16
    }

    def likes(text: str, continuation: str) -> float:
        letter = seen.get(text.removesuffix("Answer:"), sum(map(ord, text)) % 4)
        return float(continuation == f" {'ABCD'[letter]}")

    lines = by_name(leaks.read(bench(Scripted(likes=likes), tmp_path)))
    assert all(line.passes for line in lines.values())
    assert lines["320 copies: leaked above clean"].reading > 0.5


def test_a_model_that_knows_nothing_and_one_that_knows_too_much_fail() -> None:
    rows = lore.exams()
    guesses = [i % 8 < 2 for i, _ in enumerate(rows)]
    blind = verdicts(leaks.of_rows(rows, guesses))
    assert blind["clean halves"] is True
    assert blind["320 copies: leaked above clean"] is False
    assert blind["trend"] is False
    assert verdicts(leaks.of_rows(rows, [True] * len(rows)))["clean halves"] is False
    turned = verdicts(leaks.of_rows(rows, [not row.copies for row in rows]))
    assert turned["1 copy: leaked above clean"] is False
