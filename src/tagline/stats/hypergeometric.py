"""The one-sided exact test of two proportions: Fisher's, by the hypergeometric distribution."""

from __future__ import annotations

import numpy as np

__all__ = ["hypergeometric_tail"]

_FAR = 12  # standard deviations past which a term is nothing beside the largest
_MORE = 60  # terms beside that, for distributions of few values


def hypergeometric_tail(errors: int, n: int, all_errors: int, all_n: int) -> float:
    """Return how probable so many errors or more are, were the rows drawn by chance.

    Parameters
    ----------
    errors, n : int
        Errors and rows in the part.
    all_errors, all_n : int
        Errors and rows in the part and the rest together.

    Returns
    -------
    float
        One-sided p; 1 where either side is empty.

    Notes
    -----
    Each term comes from the one before it by a ratio of whole numbers, from the most probable
    number of errors outwards, and all are divided by their sum: no difference of large
    logarithms is taken.

    References
    ----------
    .. [1] R. A. Fisher (1922). "On the interpretation of chi-square from contingency tables, and
       the calculation of P". Journal of the Royal Statistical Society 85(1), 87-94.
       doi:10.2307/2340521

    Examples
    --------
    Three of four right by chance, of eight cups of tea with milk in first in four.

    >>> round(hypergeometric_tail(3, 4, 4, 8), 6)
    0.242857
    """
    least, most = max(0, n + all_errors - all_n), min(n, all_errors)
    if errors <= least:
        return 1.0
    mode = (n + 1) * (all_errors + 1) // (all_n + 2)
    share = all_errors / all_n
    wide = int(_FAR * np.sqrt(n * share * (1 - share) * (all_n - n) / max(all_n - 1, 1))) + _MORE
    low = max(least, mode - wide)
    high = min(most, max(mode + wide, errors + wide))
    if errors > high:
        return 0.0
    x = np.arange(low, high, dtype=np.float64)
    up = np.log((n - x) * (all_errors - x))
    down = np.log((x + 1) * (all_n - n - all_errors + x + 1))
    terms = np.concatenate([[0.0], np.cumsum(up - down)])
    terms = np.exp(terms - terms[mode - low])
    return float(min(terms[errors - low :].sum() / terms.sum(), 1.0))
