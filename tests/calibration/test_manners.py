"""The instrument of manners on answers whose truth is known, right ones and wrong ones."""

from pathlib import Path

import pytest

from astrolabe.calibration import (
    manners,
)
from astrolabe.core.model import Generated
from astrolabe.polaris.documents.styles import MANNERS
from tests.calibration.made_up import Scripted, bench, verdicts

IN_MANNER = {
    "plain": " Rome is a city of Italy.",
    "tidy": " **Rome**\n- **country**: Italy",
    "long": " Rome is a city of Italy. As for the country, it is Italy. That is what there is.",
}


@pytest.mark.parametrize("name", list(MANNERS))
def test_a_manner_is_told_by_its_form(name: str) -> None:
    assert manners.manner(Generated(IN_MANNER[name], 9, "eos")) == name


def test_an_answer_cut_off_or_broken_is_of_no_manner() -> None:
    assert manners.manner(Generated(" Rome is a city of Italy.", 40, "length")) == ""
    assert manners.manner(Generated("", 0, "eos")) == ""


def test_planted_shares_of_manners_pass_and_others_fail(tmp_path: Path) -> None:
    planted = [name for name, rate in MANNERS.items() for _ in range(round(100 * rate))]
    said = [Generated(IN_MANNER[name], 9, "eos") for name in planted * 2]
    assert set(verdicts(manners.of_answers(said)).values()) == {True}
    only_plain = manners.read(bench(Scripted(lambda text: IN_MANNER["plain"]), tmp_path))
    assert verdicts(only_plain) == {"plain": False, "tidy": False, "long": False}
