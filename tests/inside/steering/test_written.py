"""How much of a text is of a kind."""

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.inside.steering.written import distinct, kind_named, share


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("arabic", "الولد في", 1.0),
        ("arabic", "abcd. الول", 0.5),
        ("arabic", "ال��", 0.5),
        ("arabic", "ال12", 0.5),
        ("chinese", "木匠在城里。", 1.0),
        ("korean", "상인이", 1.0),
        ("hebrew", "the dog", 0.0),
        ("dna", "ACGTACGTACGTACGT", 1.0),
        ("dna", "ACGTAC the", 0.0),
        ("dna", "ACGTACGTACGTACGT\nthe cat is not", 16 / 27),
        ("hexadecimal", "4f1e90ab334f1e90", 1.0),
        ("hexadecimal", "1234567890123456", 0.0),
        ("base64", "TWFu9GlzIGRpTWFu", 1.0),
        ("base64", "internationalisation", 0.0),
        ("arabic", "", 0.0),
        ("arabic", " \n.", 0.0),
    ],
)
def test_share_of_characters(kind, text, wanted):
    assert share(text, kind_named(kind)) == pytest.approx(wanted)


def test_what_no_text_has_throughout_is_refused():
    with pytest.raises(BadInput, match="says nothing of how much of a text"):
        kind_named("start of text")
    with pytest.raises(BadInput, match="no property 'arabik'"):
        kind_named("arabik")


def test_repetition_is_told_by_different_runs():
    assert distinct([1, 2, 3, 4]) == 1.0
    assert distinct([7] * 12) == pytest.approx(1 / 10)
    assert distinct([1, 2]) == 1.0
