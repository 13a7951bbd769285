"""Where the spread of scores comes from: draws of exemplars, their order, or the items.

A score of item i under arrangement o of draw d is taken as

    y = mean + draw_d + order_o(d) + item_i + (draw x item)_di + rest_doi,

all effects random and independent: arrangements are nested in draws, items are crossed with both.
The variances are estimated by the analysis of variance, that is, mean squares are set equal to
their expectations (Searle, Casella & McCulloch 1992, Variance Components, chapter 4; in terms of
tests, Brennan 2001, Generalizability Theory, chapter 3). Estimates below zero, which chance brings
about where there is little or no variance, are set to zero.

Shapes: D draws, O arrangements of each, N items.
"""

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Components:
    """Variances of single graded answers, in squared shares.

    Attributes:
        draws: Of which exemplars are shown. `None` with one draw.
        orders: Of how they are arranged. `None` with one arrangement.
        items: Of how hard the items are.
        mixed: Of which exemplars help which items. `None` with one draw, and part of `rest` with
            one arrangement.
        rest: What is left.
    """

    draws: float | None
    orders: float | None
    items: float
    mixed: float | None
    rest: float

    @property
    def total(self) -> float:
        """Of one answer to one item under one arrangement of one draw."""
        return self.items + self.rest + sum(v or 0.0 for v in (self.draws, self.orders, self.mixed))

    def of_accuracy(self, items: int) -> "Spreads":
        """What the components mean for an accuracy over so many items."""
        own = (self.mixed or 0.0) + self.rest
        return Spreads(
            draws=None if self.draws is None else math.sqrt(self.draws),
            orders=None if self.orders is None else math.sqrt(self.orders),
            items=math.sqrt((self.items + own) / items),
            run=math.sqrt((self.draws or 0.0) + (self.orders or 0.0) + own / items),
        )


@dataclass(frozen=True)
class Spreads:
    """Standard deviations of an accuracy, as shares.

    Attributes:
        draws: What other exemplars would change. `None` with one draw.
        orders: What another order of the same ones would. `None` with one arrangement.
        items: What other items of the same kind would.
        run: What a run with other exemplars in another order would, on the same items.
    """

    draws: float | None
    orders: float | None
    items: float
    run: float


def components(scores: np.ndarray) -> Components:
    """The components of variance of scores.

    Args:
        scores: Credits, [D, O, N], N at least 2. Without draws and orders to compare (D = O = 1)
            everything but the items is put into `rest`, which then cannot be told from them: it
            is 0.
    """
    draws, orders, items = scores.shape
    mean = scores.mean()
    by_draw, by_order = scores.mean((1, 2)), scores.mean(2)
    by_item, by_both = scores.mean((0, 1)), scores.mean(1)
    ms_items = draws * orders * _squares(by_item - mean) / (items - 1)
    ms_draws = orders * items * _squares(by_draw - mean) / max(1, draws - 1)
    ms_mixed = (
        orders
        * _squares(by_both - by_draw[:, None] - by_item + mean)
        / max(1, (draws - 1) * (items - 1))
    )
    if orders == 1:
        if draws == 1:
            return Components(None, None, float(ms_items), None, 0.0)
        return Components(
            draws=_positive((ms_draws - ms_mixed) / items),
            orders=None,
            items=_positive((ms_items - ms_mixed) / draws),
            mixed=None,
            rest=float(ms_mixed),
        )
    within = draws * (orders - 1)
    ms_orders = items * _squares(by_order - by_draw[:, None]) / within
    rests = scores - by_order[:, :, None] - by_both[:, None, :] + by_draw[:, None, None]
    ms_rest = _squares(rests) / (within * (items - 1))
    if draws == 1:
        return Components(
            draws=None,
            orders=_positive((ms_orders - ms_rest) / items),
            items=_positive((ms_items - ms_rest) / orders),
            mixed=None,
            rest=float(ms_rest),
        )
    return Components(
        draws=_positive((ms_draws - ms_mixed - ms_orders + ms_rest) / (orders * items)),
        orders=_positive((ms_orders - ms_rest) / items),
        items=_positive((ms_items - ms_mixed) / (draws * orders)),
        mixed=_positive((ms_mixed - ms_rest) / orders),
        rest=float(ms_rest),
    )


def _squares(values: np.ndarray) -> float:
    return float((values**2).sum())


def _positive(estimate: float) -> float:
    return max(0.0, float(estimate))
