"""Components of variance: planted ones are found, and mean squares agree with a second way."""

import numpy as np
import pytest

from astrolabe.studies.variance import Components, components


def scores(
    rng: np.random.Generator, shape: tuple[int, int, int], sds: tuple[float, ...]
) -> np.ndarray:
    draws, orders, items = shape
    draw, order, item, mixed, rest = sds
    return (
        0.5
        + draw * rng.standard_normal((draws, 1, 1))
        + order * rng.standard_normal((draws, orders, 1))
        + item * rng.standard_normal((1, 1, items))
        + mixed * rng.standard_normal((draws, 1, items))
        + rest * rng.standard_normal(shape)
    )


def test_planted_components_are_found_without_bias() -> None:
    rng = np.random.default_rng(0)
    sds = (0.3, 0.2, 0.5, 0.25, 0.4)
    found = [components(scores(rng, (12, 5, 30), sds)) for _ in range(200)]
    for name, sd in zip(("draws", "orders", "items", "mixed", "rest"), sds, strict=True):
        values = np.array([getattr(one, name) for one in found])
        error = values.std() / np.sqrt(len(values))
        assert abs(values.mean() - sd**2) < 4 * error, name


def test_agrees_with_restricted_maximum_likelihood_of_balanced_data() -> None:
    """For balanced data without negative estimates REML equals the analysis of variance."""
    import pandas as pd
    import statsmodels.api as sm

    table = scores(np.random.default_rng(1), (4, 1, 25), (0.4, 0, 0.6, 0, 0.5))
    found = components(table)
    assert found.draws is not None
    assert found.draws > 0
    draw, item = np.meshgrid(range(4), range(25), indexing="ij")
    frame = pd.DataFrame({"y": table[:, 0].ravel(), "d": draw.ravel(), "i": item.ravel(), "g": 1})
    fitted = sm.MixedLM.from_formula(
        "y ~ 1", frame, groups="g", vc_formula={"d": "0 + C(d)", "i": "0 + C(i)"}
    ).fit(reml=True)
    assert dict(zip(fitted.model.exog_vc.names, fitted.vcomp, strict=True)) == pytest.approx(
        {"d": found.draws, "i": found.items}, rel=0.02
    )
    assert fitted.scale == pytest.approx(found.rest, rel=0.02)


def test_nothing_but_items() -> None:
    same = np.tile(np.array([0.0, 1.0, 1.0, 0.0, 1.0]), (3, 2, 1))
    found = components(same)
    assert (found.draws, found.orders, found.mixed, found.rest) == (0, 0, 0, 0)
    assert found.items == pytest.approx(same[0, 0].var(ddof=1))
    assert found.of_accuracy(5).run == 0


@pytest.mark.parametrize(
    ("shape", "absent"),
    [
        ((1, 1, 9), {"draws", "orders", "mixed"}),
        ((4, 1, 9), {"orders", "mixed"}),
        ((1, 4, 9), {"draws", "mixed"}),
        ((3, 3, 9), set()),
    ],
)
def test_what_was_not_varied_is_not_estimated(
    shape: tuple[int, int, int], absent: set[str]
) -> None:
    found = components(scores(np.random.default_rng(0), shape, (0.1,) * 5))
    assert {name for name, value in vars(found).items() if value is None} == absent
    assert found.total >= 0


def test_spread_of_a_run_is_what_other_runs_scatter_by() -> None:
    rng = np.random.default_rng(2)
    sds = (0.05, 0.03, 0.4, 0.1, 0.2)
    planted = Components(*(sd**2 for sd in sds))
    item = 0.4 * rng.standard_normal(40)
    runs = [
        0.5
        + 0.05 * rng.standard_normal()
        + 0.03 * rng.standard_normal()
        + (item + 0.1 * rng.standard_normal(40) + 0.2 * rng.standard_normal(40)).mean()
        for _ in range(4000)
    ]
    assert planted.of_accuracy(40).run == pytest.approx(np.std(runs), rel=0.05)
