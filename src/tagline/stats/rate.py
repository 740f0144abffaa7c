"""What one station of the loop hands to another: a rate with its interval."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tagline.exceptions import InputError

__all__ = ["Rate"]


@dataclass(frozen=True, slots=True, eq=False)
class Rate:
    """A rate and what is known about it. All numbers have the unit of the measure.

    Parameters
    ----------
    value : float
        The estimate; a fraction for measures that are bounded by 1. NaN where it is unknown.
    low, high : float
        The ends of its interval; NaN where there is none (a number that somebody just stated).
    draws : float array of shape (n_draws,), optional
        Draws from its distribution, for whoever combines it with another rate.

    Raises
    ------
    InputError
        If the value lies outside its interval, or `draws` has more than one dimension.

    Examples
    --------
    >>> Rate(0.12, 0.09, 0.16)
    Rate(value=0.12, low=0.09, high=0.16, draws=None)
    """

    value: float
    low: float
    high: float
    draws: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.low > self.value or self.value > self.high:
            raise InputError(
                f"A rate must lie in its interval. Got {self.value} with"
                f" [{self.low}, {self.high}] instead."
            )
        if self.draws is not None and self.draws.ndim != 1:
            raise InputError(
                f"`draws` of a rate must have one dimension. Got shape {self.draws.shape} instead."
            )
