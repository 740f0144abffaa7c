"""The margin of a comparison: the largest change that does not matter."""

from __future__ import annotations

import math
from typing import Any

from tagline.exceptions import InputError

__all__ = ["check_margin"]


def check_margin(margin: Any, *, bounded: bool = True) -> None:
    """Refuse a margin that no change can pass, or that is no number.

    Parameters
    ----------
    margin : float
        In the unit of the error rate.
    bounded : bool, default True
        Whether a rate cannot pass 1.

    Raises
    ------
    InputError
        If it is below 0, not finite, or for bounded rates not below 1.
    """
    number = isinstance(margin, (int, float)) and not isinstance(margin, bool)
    if not number or not math.isfinite(margin) or margin < 0:
        raise InputError(
            "`margin` must be a number of at least 0 in the unit of the error rate, such as 0.01"
            f" for one point. Got {margin!r} instead."
        )
    if bounded and margin >= 1:
        percent = f": write {margin / 100:g} for {margin:g} %" if margin < 100 else ""
        raise InputError(
            "`margin` must be a fraction below 1, not percent: no change of these rates could pass"
            f" it{percent}. Got {margin:g} instead."
        )
