"""The instrument of DoLa on answers whose truth is known, right ones and wrong ones."""

from pathlib import Path
from typing import Any

from astrolabe.calibration import (
    dola,
)
from astrolabe.polaris.documents import dosed, regions
from tests.calibration.made_up import Scripted, bench, by_name, verdicts


def said_by(names: dict[str, list[str]]) -> dict[str, list[str]]:
    return {variant: names.get(variant, names["plain"]) for variant in dola.variants(8)}


def test_a_contrast_that_corrects_the_largest_city_helps() -> None:
    asked = dola.exceptions()
    assert all(region.exception for region in asked)
    assert "Olympia" in {region.capital for region in asked}
    largest, capitals = [r.largest for r in asked], [r.capital for r in asked]
    lines = by_name(
        dola.of_exceptions(dola.HALF, asked, said_by({"plain": largest, "high": capitals}), True)
    )
    assert lines["half-trained, exceptions: largest city"].reading == 1.0
    assert lines["half-trained, exceptions: gain by high"].reading == 1.0
    assert lines["half-trained, exceptions: gain by high"].passes is True
    assert lines["half-trained, exceptions: gain by low"].passes is None


def test_a_contrast_that_changes_nothing_does_not_help() -> None:
    asked = dola.exceptions()
    same = said_by({"plain": [r.largest for r in asked]})
    assert verdicts(dola.of_exceptions(dola.HALF, asked, same, True)) == {
        "half-trained, exceptions: capital": None,
        "half-trained, exceptions: largest city": None,
        "half-trained, exceptions: gain by high": False,
        **{
            f"half-trained, exceptions: gain by {name}": None for name in list(dola.variants(8))[2:]
        },
    }
    assert set(verdicts(dola.of_exceptions(dola.WHOLE, asked, same, False)).values()) == {None}


def test_a_gain_where_nothing_competes_fails_and_harm_does_not() -> None:
    asked = dola.places()
    keepers = [dosed.keepers()[place][0] for place in asked]
    nobody = ["nobody"] * len(asked)
    helped = dola.of_facts(dola.HALF, asked, said_by({"plain": nobody, "high": keepers}), True)
    harmed = dola.of_facts(dola.HALF, asked, said_by({"plain": keepers, "high": nobody}), True)
    assert verdicts(helped)["half-trained, no rival: gain by high"] is False
    assert verdicts(harmed)["half-trained, no rival: gain by high"] is True
    assert by_name(harmed)["half-trained, no rival: gain by high"].reading == -1.0


def test_names_are_read_from_what_was_written(tmp_path: Path) -> None:
    model: Any = Scripted(lambda text: " Saint Paul.\nThe capital of Texas is")
    query = regions.capital(dola.exceptions()[0]).query
    found = dola.answers(model, bench(model, tmp_path).watch, [query, query], {"plain": None})
    assert found == {"plain": ["Saint Paul", "Saint Paul"]}
