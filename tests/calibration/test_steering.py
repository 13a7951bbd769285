"""The instrument of steering on texts whose kind is known."""

from astrolabe.calibration.steering import ELSE, STEERED, line
from astrolabe.inside.steering.dose import Sample
from astrolabe.inside.steering.written import kind_named


def told(texts: list[str], relation: str) -> bool | None:
    samples = [Sample(f"prompt {i}", text, 1.0, 1.0) for i, text in enumerate(texts)]
    bound = STEERED if relation == ">=" else ELSE
    return line(("", ""), samples, kind_named("hebrew"), bound, relation).passes  # type: ignore[arg-type]


def test_texts_of_the_kind_pass_where_steered_and_fail_where_not() -> None:
    of_kind, other = ["שלום"] * 12, ["hello"] * 12
    assert told(of_kind, ">=") is True
    assert told(other, ">=") is False
    assert told(other, "<=") is True
    assert told(of_kind, "<=") is False
    assert told([*of_kind[:6], *other[:6]], "<=") is False


def test_a_few_texts_are_no_agreement() -> None:
    assert told(["שלום"] * 11, ">=") is False
