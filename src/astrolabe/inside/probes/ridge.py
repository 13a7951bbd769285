"""Ridge regression over a grid of penalties, by one factorisation.

With G = X'X of centred states and its eigenvectors V and values l, the coefficients under penalty a
are V diag(1 / (l + a)) V'X'y, and the error at entity i, were it left out, is its residual over
1 - h, with the leverage h = 1/n + sum of z² / (l + a) over the row z of XV (Rifkin & Lippert 2007,
"Notes on Regularized Least Squares"). So a single product of the states with V, taken in chunks,
serves all penalties; for fewer entities than states are wide, XX' is factorised in place of X'X.

Penalties mean what scikit-learn's `alpha` does: |y - Xw|² + alpha |w|², on targets with mean 0 and
variance 1 (as Gurnee & Tegmark, 2024, arXiv:2310.02207, standardise them), states as they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.core.errors import BadInput

PENALTIES = tuple(float(10**power) for power in np.linspace(-3, 6, 20))
"""Half a decade apart; wide, since states of one model differ by a hundredfold in scale by layer.
(Published, for a width of 4096: 12 from 10^0.8 to 10^4.1.)"""

_ROWS = 1024
"""Entities at a time, so that the states' copy in other precision or basis stays small."""


@dataclass(frozen=True, eq=False)
class Ridge:
    """A fitted probe, in the targets' own units.

    Attributes:
        penalty: The chosen one.
        penalties: All that were tried, [penalties].
        errors: Mean squared error of standardised targets left out or set aside, [penalties].
        coefficients: [width, targets].
        intercept: [targets].
        baseline: Mean of the training targets, [targets]: the prediction that sees nothing.
    """

    penalty: float
    penalties: tuple[float, ...]
    errors: tuple[float, ...]
    coefficients: np.ndarray
    intercept: np.ndarray
    baseline: np.ndarray

    @property
    def at_edge(self) -> bool:
        """Whether the least or largest penalty was chosen, so that a wider grid might do better."""
        return self.penalty in (min(self.penalties), max(self.penalties))

    def predict(self, states: np.ndarray) -> np.ndarray:
        """Predictions for states [entities, width], as [entities, targets]."""
        return np.asarray(states @ self.coefficients + self.intercept)


def fit(
    states: np.ndarray,
    targets: np.ndarray,
    penalties: Sequence[float] = PENALTIES,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
) -> Ridge:
    """The ridge probe with the penalty of least error.

    Coefficients are always float64 sums and factors. Leave-one-out errors of float32 states come
    of float32 products, which is enough to choose by; those of float64 states, of float64 ones.

    Args:
        states: Float32 or float64, [entities, width].
        targets: None of them constant, [entities, targets].
        penalties: Above 0.
        validation: Other states and targets whose error chooses the penalty; without them, it is
            the leave-one-out error (exact, the intercept included).

    Raises:
        BadInput: for penalties that are not above 0, or a target that is constant.
    """
    return _fit(_Moments.of(states, targets), states, targets, penalties, validation)


def fit_folds(
    states: np.ndarray,
    targets: np.ndarray,
    folds: Sequence[tuple[np.ndarray, np.ndarray]],
    penalties: Sequence[float] = PENALTIES,
) -> Iterator[Ridge]:
    """`fit` on the training part of every fold; X'X is summed once for all of them.

    Args:
        folds: Indices of training and of test entities.
    """
    centre = states.mean(axis=0, dtype=float), targets.mean(axis=0)
    tall = all(len(train) > states.shape[1] for train, _ in folds)
    whole = _Moments.of(states, targets, centre) if tall else None
    for train, _ in folds:
        rows, wanted = states[train], targets[train]
        if whole is None:
            moments = _Moments.of(rows, wanted)
        else:
            outside = np.ones(len(states), dtype=bool)
            outside[train] = False
            moments = whole.without(_Moments.of(states[outside], targets[outside], centre))
        yield _fit(moments, rows, wanted, penalties, None)


@dataclass(frozen=True)
class _Moments:
    """Sums over entities, of float64, about a point near their mean.

    Attributes:
        entities: How many.
        centre: The point, [width] and [targets].
        first: Sums of states and targets, [width] and [targets].
        states: Sum of x x', [width, width]; `None` for fewer entities than width.
        cross: Sum of x y', [width, targets].
    """

    entities: int
    centre: tuple[np.ndarray, np.ndarray]
    first: tuple[np.ndarray, np.ndarray]
    states: np.ndarray | None
    cross: np.ndarray

    @classmethod
    def of(
        cls,
        states: np.ndarray,
        targets: np.ndarray,
        centre: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> "_Moments":
        """With a centre, squares are summed however few the entities are."""
        count, width = states.shape
        squares = centre is not None or count > width
        at = centre or (states.mean(axis=0, dtype=float), targets.mean(axis=0))
        product = np.zeros((width, width)) if squares else None
        cross, first = np.zeros((width, targets.shape[1])), np.zeros(width)
        for start in range(0, count, _ROWS):
            x = states[start : start + _ROWS] - at[0]
            cross += x.T @ (targets[start : start + _ROWS] - at[1])
            first += x.sum(axis=0)
            if product is not None:
                product += x.T @ x
        return cls(count, at, (first, (targets - at[1]).sum(axis=0)), product, cross)

    def without(self, other: "_Moments") -> "_Moments":
        """The sums over the entities that `other`, about the same point, lacks."""
        assert self.states is not None
        assert other.states is not None
        return _Moments(
            self.entities - other.entities,
            self.centre,
            (self.first[0] - other.first[0], self.first[1] - other.first[1]),
            self.states - other.states,
            self.cross - other.cross,
        )

    @property
    def means(self) -> tuple[np.ndarray, np.ndarray]:
        """Of states and targets."""
        return (
            self.centre[0] + self.first[0] / self.entities,
            self.centre[1] + self.first[1] / self.entities,
        )

    def about_means(self) -> tuple[np.ndarray | None, np.ndarray]:
        """X'X and X'y of centred states and targets."""
        x, y = self.first
        cross = self.cross - np.outer(x, y / self.entities)
        if self.states is None:
            return None, cross
        return self.states - np.outer(x, x / self.entities), cross


def _fit(
    moments: _Moments,
    states: np.ndarray,
    targets: np.ndarray,
    penalties: Sequence[float],
    validation: tuple[np.ndarray, np.ndarray] | None,
) -> Ridge:
    grid = np.asarray(penalties, dtype=float)
    if not len(grid) or not (np.isfinite(grid) & (grid > 0)).all():
        raise BadInput(f"penalties {list(penalties)} must be finite numbers above 0")
    scale = targets.std(axis=0)
    if not scale.all():
        raise BadInput(
            f"target {int(np.flatnonzero(scale == 0)[0])} is the same for all {len(targets)} "
            "entities of a training part; use other folds or leave it out"
        )
    mean, baseline = moments.means
    wanted = (targets - baseline) / scale
    product, cross = moments.about_means()
    solved: _Tall | _Wide
    if product is not None:
        solved = _Tall(product, cross / scale, grid)
    else:
        solved = _Wide(states - mean, wanted, grid)
    if validation is None:
        errors = solved.left_out(states, mean, wanted)
    else:
        seen, truth = validation[0] - mean, (validation[1] - baseline) / scale
        guesses = (seen @ solved.path(place) for place in range(len(grid)))
        errors = np.array([((truth - guess) ** 2).mean() for guess in guesses])
    best = int(errors.argmin())
    coefficients = solved.path(best) * scale
    return Ridge(
        penalty=float(grid[best]),
        penalties=tuple(map(float, grid)),
        errors=tuple(map(float, errors)),
        coefficients=coefficients,
        intercept=baseline - mean @ coefficients,
        baseline=baseline,
    )


class _Tall:
    """More entities than width: X'X factorised."""

    def __init__(self, product: np.ndarray, cross: np.ndarray, penalties: np.ndarray) -> None:
        from scipy.linalg import eigh

        values, self._vectors = eigh(product, driver="evd", overwrite_a=True, check_finite=False)
        self._shrink = 1 / (np.maximum(values, 0)[:, None] + penalties)
        self._cross = self._vectors.T @ cross

    def _rotated(self, penalty: int) -> np.ndarray:
        return np.asarray(self._cross * self._shrink[:, penalty, None])

    def path(self, penalty: int) -> np.ndarray:
        """Coefficients under one penalty, [width, targets]."""
        return np.asarray(self._vectors @ self._rotated(penalty))

    def left_out(self, states: np.ndarray, mean: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """Mean squared leave-one-out error under each penalty, in the states' precision."""
        kind = states.dtype
        count, targets = wanted.shape
        penalties = self._shrink.shape[1]
        vectors, shrink = self._vectors.astype(kind), self._shrink.astype(kind)
        rotated = [self._rotated(penalty) for penalty in range(penalties)]
        fitted = np.concatenate(rotated, axis=1).astype(kind)
        least = float(np.finfo(kind).eps)
        total = np.zeros(penalties)
        for start in range(0, count, _ROWS):
            rows = slice(start, start + _ROWS)
            z = (states[rows] - mean.astype(kind)) @ vectors
            guess = (z @ fitted).reshape(-1, penalties, targets)
            np.square(z, out=z)
            rest = np.maximum(1 - 1 / count - (z @ shrink).astype(float), least)
            errors = (wanted[rows, None, :] - guess) / rest[:, :, None]
            total += (errors**2).sum(axis=(0, 2))
        return np.asarray(total / wanted.size)


class _Wide:
    """No more entities than width: XX' factorised."""

    def __init__(self, centred: np.ndarray, wanted: np.ndarray, penalties: np.ndarray) -> None:
        from scipy.linalg import eigh

        self._centred = centred
        kernel = centred @ centred.T
        # The constant direction is of no weight in centred states; given weight of its own, it
        # leaves the inverse's diagonal without a difference of large numbers.
        lift = kernel.trace() / len(kernel)
        values, self._vectors = eigh(kernel + lift / len(kernel), driver="evd", check_finite=False)
        self._shrink = 1 / (np.maximum(values, 0)[:, None] + penalties)
        self._constant = 1 / (len(kernel) * (lift + penalties))
        self._wanted = self._vectors.T @ wanted

    def _dual(self, penalty: int) -> np.ndarray:
        return np.asarray(self._vectors @ (self._wanted * self._shrink[:, penalty, None]))

    def path(self, penalty: int) -> np.ndarray:
        """Coefficients under one penalty, [width, targets]."""
        return np.asarray(self._centred.T @ self._dual(penalty))

    def left_out(self, states: np.ndarray, mean: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        """Mean squared leave-one-out error under each penalty."""
        inverse = self._vectors**2 @ self._shrink - self._constant
        return np.array(
            [
                ((self._dual(penalty) / inverse[:, penalty, None]) ** 2).mean()
                for penalty in range(inverse.shape[1])
            ]
        )
