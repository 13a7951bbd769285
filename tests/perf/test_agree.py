from dataclasses import replace

import pytest

from perf import agree

ROW = agree.Row(
    "ours", "context", (" A", " B"), (-1.0, -2.0), "", {"argmax": 1.0, "argmax-per-char": 1.0}
)


def test_equal_rows_agree_and_rules_only_we_know_do_not_count():
    peer = replace(ROW, logprobs=(-1.0, -2.00005), credit={"argmax": 1.0})
    found = agree.agreement([ROW], [peer], 1e-4)
    assert found.holds
    assert (found.rows, found.prompts, found.scored, found.texts) == (1, 1, 2, 1)
    assert (found.alike, found.credit) == ({"argmax": 1}, {"argmax": 1.0})
    assert not agree.agreement([ROW], [peer], 1e-5).holds


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("prompt", {"context": "context "}),
        ("prompt", {"scored": ("A", "B")}),
        ("log-probs", {"logprobs": (-1.0, -2.1)}),
        ("log-probs", {"logprobs": (-1.0,)}),
        ("log-probs", {"logprobs": (-1.0, float("nan"))}),
        ("text", {"text": "another"}),
        ("argmax", {"credit": {"argmax": 0.0}}),
        ("argmax", {"credit": {"argmax": 1 - 1e-5}}),
    ],
)
def test_any_difference_is_found(what, change):
    found = agree.agreement([ROW, ROW], [ROW, replace(ROW, **change)], 1e-4)
    assert [difference.what for difference in found.differences] == [what]
    assert not found.holds


def test_a_share_may_differ_by_what_log_probs_explain_and_no_more():
    # Two options, equally likely: log-probs apart by 5e-5 the one way and the other move the share
    # by a quarter of 1e-4.
    mine = replace(ROW, logprobs=(-1.0, -1.0), credit={"mc2": 0.5})
    moved = replace(ROW, logprobs=(-0.99995, -1.00005), credit={"mc2": 0.5 + 2.5e-5})
    assert agree.agreement([mine], [moved]).holds
    assert not agree.agreement([mine], [replace(moved, credit={"mc2": 0.5 + 3e-5})]).holds
    assert not agree.agreement([mine], [replace(moved, logprobs=mine.logprobs)]).holds


def test_options_are_put_in_another_rows_order_only_if_they_are_the_same():
    other = replace(ROW, scored=(" B", " A"), logprobs=(-2.0, -1.0))
    assert ROW.in_order_of(other).logprobs == (-2.0, -1.0)
    assert agree.agreement([ROW.in_order_of(other)], [other]).holds
    assert ROW.in_order_of(replace(other, scored=(" B", " C"))) == ROW


def test_rows_that_cannot_be_compared_are_refused():
    with pytest.raises(ValueError, match="1 rows of ours, 2 of the peer's"):
        agree.agreement([ROW], [ROW, ROW])
    with pytest.raises(ValueError, match="no grades of ours by the rule 'unknown'"):
        agree.agreement([ROW], [replace(ROW, credit={"unknown": 1.0})])
