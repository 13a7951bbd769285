"""The instrument of accuracies on answers whose truth is known, right ones and wrong ones."""

from pathlib import Path

import pytest

from astrolabe.calibration import (
    score,
)
from tests.calibration.made_up import Scripted, bench


def test_guessing_is_at_chance_and_knowing_is_above() -> None:
    guessed = [i % 4 == 0 for i in range(200)]
    known = [i % 4 != 0 for i in range(200)]
    what = ("x", "x")
    assert score.at_chance(what, guessed, 0.25).passes is True
    assert score.at_chance(what, known, 0.25).passes is False
    assert score.above_chance(what, known, 0.25).passes is True
    assert score.above_chance(what, guessed, 0.25).passes is False


def test_only_examples_tell_what_codes_and_labels_mean(tmp_path: Path) -> None:
    def copies(text: str, continuation: str) -> float:
        """Prefers what was the answer before, to a word that shares its sense."""
        return float(text.count(f" is{continuation}\n"))

    with_examples = score.games(score.EXEMPLARS)
    assert len(with_examples) == len(score.games(0)) == 240
    prompt, _ = with_examples[0]
    assert prompt.text is not None
    assert prompt.text.count(" is ") == score.EXEMPLARS
    assert prompt.text.endswith(" is")
    # Each label was shown equally often, so that counting labels cannot tell.
    assert {copies(prompt.text, label) for label in prompt.continuations} == {8.0}
    shots = score.code_words(score.SHOTS)
    assert shots[0][0].text is not None
    assert shots[0][0].text.count("Answer:") == score.SHOTS + 1
    assert [right for _, right in shots[:8]] == [0, 1, 2, 3, 0, 1, 2, 3]
    oracle = {prompt.text: prompt.continuations[right] for prompt, right in shots}
    model = Scripted(likes=lambda text, continuation: float(oracle[text] == continuation))
    assert all(score.hits(bench(model, tmp_path), shots))
    first = Scripted(likes=lambda text, continuation: float(continuation == " A"))
    assert sum(score.hits(bench(first, tmp_path), shots)) == pytest.approx(len(shots) / 4, abs=1)
