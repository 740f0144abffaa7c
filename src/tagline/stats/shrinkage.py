"""Empirical Bayes: rates of tags with few examples are pulled towards those of the other tags.

The prior is fitted to the tags themselves by moments. What comes back is the posterior of each tag,
so that the shrunk value (its mean) and the probability to be among the first (its draws) agree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tagline.stats.draws import beta_draws

__all__ = ["MIN_TAGS", "BetaPosterior", "NormalPosterior", "shrink_counts", "shrink_estimates"]

Floats = NDArray[np.float64]

MIN_TAGS = 5  # with fewer there is nothing to fit a prior to
STRONGEST = 1e9  # examples that the prior counts for where the tags do not differ
OWN_UNITS = 4.0  # units that the typical variance counts for beside a tag's own


@dataclass(frozen=True, slots=True, eq=False)
class BetaPosterior:
    """Beta distributions of the rates of tags, for errors of 0 or 1.

    Parameters
    ----------
    alpha, beta : float arrays of shape (n_tags,)
        Above 0; NaN for a tag without examples.
    strength : float
        For how many examples the prior counts; 0 where nothing was shrunk.
    """

    alpha: Floats
    beta: Floats
    strength: float

    @property
    def mean(self) -> Floats:
        """The shrunk rates, shape (n_tags,)."""
        return self.alpha / (self.alpha + self.beta)

    def draw(self, rng: np.random.Generator, n_draws: int) -> Floats:
        """Return draws of shape (n_draws, n_tags); NaN for a tag without examples."""
        return beta_draws(self.alpha, self.beta, rng, n_draws)


@dataclass(frozen=True, slots=True, eq=False)
class NormalPosterior:
    """Normal distributions of the rates of tags, for all other measures.

    Parameters
    ----------
    mean : float array of shape (n_tags,)
        The shrunk rates; NaN for a tag without examples.
    variance : float array of shape (n_tags,)
        Of the posterior; above 0.
    between : float
        Variance between tags, net of sampling; infinite where nothing was shrunk.
    """

    mean: Floats
    variance: Floats
    between: float

    def draw(self, rng: np.random.Generator, n_draws: int) -> Floats:
        """Return draws of shape (n_draws, n_tags), which may be negative."""
        noise = rng.standard_normal((n_draws, self.mean.size))
        return self.mean + np.sqrt(self.variance) * noise


def shrink_counts(errors: ArrayLike, n: ArrayLike) -> BetaPosterior:
    """Fit a beta-binomial prior to the tags and return each tag's posterior.

    Parameters
    ----------
    errors, n : arrays of shape (n_tags,)
        Errors and examples of each tag.

    Returns
    -------
    BetaPosterior
        Where the tags differ no more than chance would have it, all have the common rate. With
        fewer than `MIN_TAGS` tags that have examples each has Jeffreys' posterior, unshrunk.

    References
    ----------
    .. [1] J. C. Kleinman (1973). "Proportions with extraneous variance: single and independent
       samples". JASA 68(341), 46-54.
    .. [2] L. Herlihy, K. Truong, A. Chouldechova, M. Dudik (2024). "A structured regression
       approach for evaluating model performance across intersectional subgroups". FAccT 2024.
       arXiv:2401.14893

    Examples
    --------
    >>> shrink_counts([2, 9, 30, 4, 60], [4, 90, 200, 100, 200]).mean.round(3).tolist()
    [0.266, 0.108, 0.151, 0.053, 0.294]
    """
    k, size = np.asarray(errors, dtype=np.float64), np.asarray(n, dtype=np.float64)
    used = size > 0
    if np.count_nonzero(used) < MIN_TAGS:
        alpha, beta, strength = 0.5, 0.5, 0.0
    else:
        rate, strength = _beta_prior(k[used], size[used])
        alpha, beta = rate * strength, (1 - rate) * strength
    blank = np.where(used, 0.0, np.nan)
    least = np.finfo(np.float64).tiny  # a distribution needs it where no tag has an error
    return BetaPosterior(
        np.maximum(alpha + k, least) + blank, np.maximum(beta + size - k, least) + blank, strength
    )


def shrink_estimates(
    value: ArrayLike, variance: ArrayLike, weight: ArrayLike, effective: ArrayLike = np.inf
) -> NormalPosterior:
    """Fit a normal prior to the estimates of the tags and return each tag's posterior.

    Parameters
    ----------
    value, variance : arrays of shape (n_tags,)
        The rates, and their variances by linearisation.
    weight : array of shape (n_tags,)
        The support in weight (W_t): the weights of the moments.
    effective : array of shape (n_tags,), default inf
        Effective number of units behind each tag. A variance that was estimated from few is
        moderated: it is mixed with the typical one, which counts for 4 units.

    Returns
    -------
    NormalPosterior
        Where the tags differ no more than chance would have it, all have the common rate. With
        fewer than `MIN_TAGS` tags each has its own value and variance.

    References
    ----------
    .. [1] R. DerSimonian, N. Laird (1986). "Meta-analysis in clinical trials". Controlled
       Clinical Trials 7(3), 177-188. doi:10.1016/0197-2456(86)90046-2
    .. [2] G. K. Smyth (2004). "Linear models and empirical Bayes methods for assessing
       differential expression". Statistical Applications in Genetics and Molecular Biology 3(1).
       doi:10.2202/1544-6115.1027 (moderated variances)

    Examples
    --------
    >>> rates, variances = [0.5, 0.1, 0.15, 0.04, 0.3], [0.06, 0.001, 0.0006, 0.0004, 0.001]
    >>> shrink_estimates(rates, variances, [4, 90, 200, 100, 200]).mean.round(3).tolist()
    [0.233, 0.106, 0.151, 0.044, 0.291]
    """
    y, var, w, units = np.broadcast_arrays(
        *(np.asarray(each, dtype=np.float64) for each in (value, variance, weight, effective))
    )
    used = (w > 0) & ~np.isnan(y)
    moderated = np.full(y.shape, np.nan)
    moderated[used] = _moderate(var[used], w[used], units[used])
    if np.count_nonzero(used) < MIN_TAGS:
        return NormalPosterior(np.where(used, y, np.nan), moderated, np.inf)
    common, between = _normal_prior(y[used], moderated[used], w[used])
    mean = (y * between + common * moderated) / (between + moderated)
    return NormalPosterior(mean, between * moderated / (between + moderated), between)


def _beta_prior(k: Floats, n: Floats) -> tuple[float, float]:
    """Return the mean of the prior and the examples that it counts for."""
    whole = n.sum()
    rate = float(k.sum() / whole)
    chance = len(n) - 1
    room = whole - (n**2).sum() / whole - chance
    if not 0 < rate < 1 or room <= 0:
        return rate, STRONGEST
    spread = float((n * (k / n - rate) ** 2).sum() / (rate * (1 - rate)))
    correlation = (spread - chance) / room
    if correlation <= 0:
        return rate, STRONGEST
    return rate, min(max(1 / correlation - 1, 1e-9), STRONGEST)


def _normal_prior(y: Floats, var: Floats, w: Floats) -> tuple[float, float]:
    """Return the mean of the prior and its variance, which is never quite 0."""
    whole = w.sum()
    common = float((w * y).sum() / whole)
    spread = float((w * (y - common) ** 2).sum())
    chance = float((w * var).sum() - (w**2 * var).sum() / whole)
    between = (spread - chance) / float(whole - (w**2).sum() / whole)
    return common, max(between, float(var.max()) / STRONGEST, np.finfo(np.float64).tiny)


def _moderate(var: Floats, w: Floats, units: Floats) -> Floats:
    """Mix each variance with the typical variance of that much weight."""
    known = var > 0
    own = np.where(known & ~np.isinf(units), np.maximum(units - 1, 0), np.where(known, np.inf, 0.0))
    typical = float((var[known] * w[known] ** 2).sum() / max(w[known].sum(), 1e-300)) / w
    with np.errstate(invalid="ignore"):
        trust = np.where(np.isinf(own), 1.0, own / (own + OWN_UNITS))
    return np.where(known, trust * np.where(known, var, 0.0), 0.0) + (1 - trust) * typical
