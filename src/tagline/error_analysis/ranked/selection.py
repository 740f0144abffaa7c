"""Whether people answered rows that were chosen by chance, or rows that the model gets wrong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagline import stats
from tagline.measures.countable import Counts
from tagline.stats import Moments

__all__ = ["Selection", "selection"]

Floats = NDArray[np.float64]

_SURE = 1e-3  # a p-value below this is no chance: there are many tags

# error and weight on the answered rows, then on the others, from the columns of `Moments`
_ANSWERED_AGAINST_REST = np.array(
    [
        [0, 0, 0, 0, 1, 0, 0, 0],
        [0, 0, 0, 0, 0, 1, 0, 0],
        [1, 0, 0, 0, -1, 0, 0, 0],
        [0, 1, 0, 0, 0, -1, 0, 0],
    ],
    dtype=np.float64,
)


@dataclass(frozen=True, eq=False)
class Selection:
    """Of the rows with each tag; arrays of shape (n_tags,).

    Attributes
    ----------
    rate, rest : float arrays
        The model's error rate on the rows that people answered, and on the others; NaN where
        there are none.
    selected : bool array
        Whether the two differ by more than chance.
    """

    rate: Floats
    rest: Floats
    selected: NDArray[np.bool_]


def selection(counts: Counts) -> Selection:
    """Compare the model's error rate on the rows that people answered with that on the others.

    Parameters
    ----------
    counts : Counts
        With people's answers.

    Returns
    -------
    Selection
        By `tagline.stats.proportion_test` for 0/1 errors, `ratio_test` otherwise. For a mean over
        classes the other rows are not known.
    """
    turned = _ANSWERED_AGAINST_REST
    moments = counts.moments
    parts = Moments(
        np.round(moments.total @ turned.T, 9),  # a sum less a part of it is not quite 0
        turned @ moments.product @ turned.T,
        moments.units,
    )
    error, weight, error_rest, weight_rest = parts.total.T
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(weight > 0, error / weight, np.nan)
        rest = np.where(weight_rest > 0, error_rest / weight_rest, np.nan)
        if counts.family:
            rest = np.full_like(rest, np.nan)
        elif counts.binary:
            p = stats.proportion_test(error, weight, error_rest, weight_rest)
            return Selection(rate, rest, p < _SURE)
        return Selection(rate, rest, ~np.isnan(rest) & (stats.ratio_test(parts) < _SURE))
