"""What every bootstrap of the house has in common."""

import math


def expanded_tail(units: int, level: float) -> float:
    """Probability to be left out at each end, for a percentile bootstrap of `units`.

    With few units plain percentiles are too narrow, so they are moved outwards as a t interval is
    wider than a normal one (Hesterberg 2015, The American Statistician 69, section 3.3).
    """
    from scipy.stats import norm, t

    if units == 1:
        return (1 - level) / 2
    return float(norm.cdf(-math.sqrt(units / (units - 1)) * t.ppf((1 + level) / 2, units - 1)))
