import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes import split


def test_every_entity_is_predicted_once_by_a_probe_that_has_not_seen_it():
    for folds in (split.by_entity(23), split.by_group([str(k % 7) for k in range(23)], 3)):
        tests = [test for _, test in folds.parts]
        assert sorted(np.concatenate(tests)) == list(range(23))
        for train, test in folds.parts:
            assert sorted([*train, *test]) == list(range(23))


def test_no_group_is_on_both_sides():
    groups = np.array([f"country {k * k % 11}" for k in range(90)])
    folds = split.by_group(groups, by="country")
    assert folds.by == "country"
    for train, test in folds.parts:
        assert not set(groups[train]) & set(groups[test])
    assert len(np.unique(folds.group)) == len(set(groups))


def test_a_seed_gives_the_same_split_and_another_another():
    same, other = split.by_entity(50), split.by_entity(50, seed=1)
    assert (same.fold == split.by_entity(50).fold).all()
    assert (same.fold != other.fold).any()


def test_the_published_split_predicts_its_test_part_alone():
    test = [k % 3 == 0 for k in range(12)]
    folds = split.held_out(test)
    ((train, held),) = folds.parts
    assert list(held) == list(folds.predicted) == [0, 3, 6, 9]
    assert not set(train) & set(held)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: split.by_entity(3), "3 entities are too few to hold out 5 times"),
        (lambda: split.by_entity(30, 1), "1 folds leave nothing"),
        (lambda: split.by_group(["a", "b", "c"] * 9, by="state"), "3 groups by state are too few"),
        (lambda: split.by_group(["a", "b", "c"] * 9, 2), "too few"),
        (lambda: split.held_out([True] * 4), "4 of 4 entities are held out"),
        (lambda: split.held_out([True, False], ["a"]), "1 groups for 2 entities"),
    ],
)
def test_what_cannot_be_divided_is_refused(make, said):
    with pytest.raises(BadInput, match=said):
        make()
