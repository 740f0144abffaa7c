"""Krippendorff's alpha: agreement corrected for chance, with any number of votes per item.

Here for nominal categories, where two different answers are simply different. Measures of distance
(ordinal, interval, ratio) change the observed and the expected disagreement, and nothing else.
"""

from __future__ import annotations

import numpy as np

from tagline.stats.kappas import NOBODY, chance_corrected, rare_votes
from tagline.stats.votes import Coefficient, Votes

__all__ = ["krippendorff_alpha"]


def krippendorff_alpha(votes: Votes, *, level: float = 0.95) -> Coefficient:
    """Return Krippendorff's alpha for nominal categories.

    Parameters
    ----------
    votes : Votes
        Items may differ in their number of votes; those with fewer than two take no part.
    level : float, default 0.95
        Confidence, a fraction between 0 and 1.

    Returns
    -------
    Coefficient
        At most 1; 0 is agreement by chance. Undefined where all decisions are the same.

    Raises
    ------
    InputError
        If `level` is no fraction between 0 and 1.

    Notes
    -----
    An item counts in proportion to its votes. The interval is by linearisation over items, as for
    the kappas, and not the bootstrap over pairs of [1]_, which takes the pairs within an item
    for independent and is too narrow [2]_.

    References
    ----------
    .. [1] K. Krippendorff (2011). "Computing Krippendorff's alpha-reliability". University of
       Pennsylvania, repository.upenn.edu/asc_papers/43
    .. [2] A. Zapf, S. Castell, L. Morawietz, A. Karch (2016). "Measuring inter-rater reliability
       for nominal data - which coefficients and confidence intervals are appropriate?". BMC Medical
       Research Methodology 16, 93. doi:10.1186/s12874-016-0200-9

    Examples
    --------
    >>> round(krippendorff_alpha(Votes.of([[2, 0], [1, 1], [0, 2]], [90, 6, 4])).value, 3)
    0.541
    """
    pairs = votes.pairable
    if not pairs.items:
        return Coefficient.undefined(NOBODY)
    size = pairs.size
    values = pairs.times @ size
    mean = pairs.times @ pairs.counts / values
    small = values / (values - 1)  # a value is not paired with itself
    expected = float((1 - mean @ mean) * small)
    shares = pairs.counts / size[:, None]
    observed = (pairs.counts * (1 - shares)).sum(axis=1) / (size - 1)
    by_item = expected - 2 * small * (shares - mean) @ mean
    return chance_corrected(
        np.maximum(observed, 0.0),
        by_item,
        pairs.times,
        expected=expected,
        level=level,
        rare=rare_votes(pairs),
        weight=size,
    )
