"""How sure is the ranking: the probability that a tag is among the first."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.exceptions import InputError

__all__ = ["p_top", "priority_draws"]

Floats = NDArray[np.float64]


def priority_draws(
    model: Floats,
    human: Floats,
    share: ArrayLike,
    importance: ArrayLike = 1.0,
    ease: ArrayLike = 1.0,
) -> Floats:
    """Turn posterior draws of rates into draws of the shrunk priority.

    Parameters
    ----------
    model : float array of shape (n_draws, n_tags)
        Draws of the model's rates (`BetaPosterior.draw`, `NormalPosterior.draw`).
    human : float array of shape (n_draws, n_tags) or (n_tags,)
        Draws of people's rates, or bare numbers; NaN where there is no human level.
    share : array of shape (n_tags,)
        Shares of the tags, held fixed.
    importance, ease : arrays of shape (n_tags,), default 1
        Multipliers above 0.

    Returns
    -------
    float array of shape (n_draws, n_tags)
        max(0, model - human) x share x importance x ease; NaN where an input is.
    """
    factor = np.asarray(share, float) * np.asarray(importance, float) * np.asarray(ease, float)
    draws: Floats = np.maximum(model - human, 0.0) * factor
    return draws


def p_top(draws: Floats, top: int) -> Floats:
    """Return the probability of each tag to be among the first `top` by priority.

    Parameters
    ----------
    draws : float array of shape (n_draws, n_tags)
        Draws of the priority, at least 0. A draw of 0 is never among the first.
    top : int
        How many are the first, at least 1.

    Returns
    -------
    float array of shape (n_tags,)
        In [0, 1]; they sum to at most `top`. NaN for a tag whose draws are NaN.

    Raises
    ------
    InputError
        If `top` is below 1 or `draws` is no table.

    Examples
    --------
    >>> p_top(np.array([[3.0, 2.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 0.0]]), top=1).round(2)
    array([0.33, 0.33, 0.  ])
    """
    if top < 1 or draws.ndim != 2:
        raise InputError(
            "`p_top` takes draws of shape (n_draws, n_tags) and a `top` of at least 1."
            f" Got shape {draws.shape} and top={top} instead."
        )
    unknown = np.isnan(draws).any(axis=0)
    values = np.where(unknown | (draws <= 0), -np.inf, draws)
    if top < draws.shape[1]:
        last = np.partition(values, -top, axis=1)[:, -top, None]
        first = (values >= last) & (values > -np.inf)
    else:
        first = values > -np.inf
    return np.where(unknown, np.nan, first.mean(axis=0) if len(draws) else np.nan)
