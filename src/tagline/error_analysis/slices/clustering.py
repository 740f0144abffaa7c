"""Clusters of embeddings: centres fitted on some rows, and to which of them a row belongs.

scikit-learn fits; this module never has the embeddings of all rows, nor distances between rows.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tagline.error_analysis.slices.coded import ERROR, Errors
from tagline.error_analysis.slices.coded import totals as totals_of
from tagline.error_analysis.slices.embeddings import Matrix
from tagline.error_analysis.slices.excess import rate, squares, weight, z_above_rate
from tagline.error_analysis.slices.lattice import STANDS_OUT
from tagline.exceptions import MissingExtraError

__all__ = ["Centres", "fit"]

SIZES = (2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)  # numbers of clusters that are tried
SMALL = 20_000  # rows up to which k-means sees all of them at each step
_WITHIN = 0.95  # of a dense cluster's rows lie within its radius


@dataclass(frozen=True, eq=False)
class Centres:
    """Clusters as places: the largest first.

    Attributes
    ----------
    places : float array of shape (n_clusters, n_dimensions)
    radius : float array of shape (n_clusters,)
        A row further from its nearest place is in no cluster; infinite for k-means.
    """

    places: Matrix
    radius: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.places)

    def nearest(self, vectors: Matrix) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return for each row its cluster, from 1, or 0 for none; and how far its place is.

        Parameters
        ----------
        vectors : float array of shape (n_rows, n_dimensions)

        Returns
        -------
        int array of shape (n_rows,)
        float array of shape (n_rows,)
        """
        if not len(self):
            return np.zeros(len(vectors), np.int64), np.full(len(vectors), np.inf)
        squares = (self.places**2).sum(axis=1) - 2 * (vectors @ self.places.T)
        at = squares.argmin(axis=1)
        own = vectors - self.places[at]
        far = np.sqrt(np.einsum("ij,ij->i", own, own, dtype=np.float64))
        return np.where(far <= self.radius[at], at + 1, 0), far


def fit(
    vectors: Matrix, errors: Errors, *, method: str, k: int | None, min_support: int, seed: int
) -> Centres:
    """Fit clusters to rows of the discovery half.

    Parameters
    ----------
    vectors : float array of shape (n_rows, n_dimensions)
    errors : Errors
        Of the same rows; they decide how many clusters there are. Rows of one group stand together.
    method : {"kmeans", "hdbscan"}
    k : int or None
        How many clusters k-means makes; None: chosen among 2, 3, 4, 6, 8, 12 ... 64.
    min_support : int
        A cluster has at least twice as many rows on average.
    seed : int

    Returns
    -------
    Centres
        The largest cluster first.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.

    Notes
    -----
    The number of clusters is chosen by the errors of these rows in two parts: clusters that stand
    out in one part (z > 2) are summed up in the other, by their gain, and the reverse. The
    smallest number within one standard error of the largest sum is taken [1]_. So clusters are as
    large as the errors allow, and small where only these show them.

    References
    ----------
    .. [1] L. Breiman, J. H. Friedman, R. A. Olshen, C. J. Stone (1984). "Classification and
       regression trees". Wadsworth, section 3.4.3 (the rule of one standard error).
    """
    with _one_thread():
        return _fit(vectors, errors, method=method, k=k, min_support=min_support, seed=seed)


def _fit(
    vectors: Matrix, errors: Errors, *, method: str, k: int | None, min_support: int, seed: int
) -> Centres:
    if method == "hdbscan":
        return _dense(vectors, min_support)
    if k is not None:
        return _means(vectors, k, seed)
    sizes = [size for size in SIZES if size * 2 * min_support <= len(vectors)] or [1]
    found = [_means(vectors, size, seed) for size in sizes]
    gains, spreads = zip(*(_gain(each, vectors, errors) for each in found), strict=True)
    best = int(np.argmax(gains))
    enough = gains[best] - spreads[best]
    return next(each for each, gained in zip(found, gains, strict=True) if gained >= enough)


def _gain(centres: Centres, vectors: Matrix, errors: Errors) -> tuple[float, float]:
    """Return the errors above average in clusters that other rows suggest; its standard error."""
    cluster = centres.nearest(vectors)[0]
    first = np.arange(len(vectors)) < len(vectors) // 2
    sums = [
        np.stack([totals_of(errors, part & (cluster == i + 1)) for i in range(len(centres))])
        for part in (first, ~first)
    ]
    common = float(rate(totals_of(errors)))
    gained = variance = 0.0
    for suggests, shows in (sums, sums[::-1]):
        chosen = shows[z_above_rate(suggests, common) > STANDS_OUT]
        gained += float((chosen[:, ERROR] - common * weight(chosen)).sum())
        variance += float(squares(chosen, np.asarray(common)).sum())
    return gained, variance**0.5


def _means(vectors: Matrix, k: int, seed: int) -> Centres:
    cluster = _package()
    if len(vectors) <= SMALL:
        model = cluster.KMeans(min(k, len(vectors)), n_init=3, random_state=seed)
    else:
        model = cluster.MiniBatchKMeans(k, batch_size=4096, n_init=3, random_state=seed)
    model.fit(vectors)
    places = np.asarray(model.cluster_centers_, np.float32)
    return _largest_first(Centres(places, np.full(len(places), np.inf)), model.labels_)


def _dense(vectors: Matrix, min_support: int) -> Centres:
    # a tree over the rows: without one, all distances between rows would be in memory
    model = _package().HDBSCAN(min_cluster_size=max(min_support, 5), algorithm="kd_tree", copy=True)
    labels = model.fit_predict(vectors)
    count = int(labels.max(initial=-1)) + 1
    if not count:
        return Centres(np.zeros((0, vectors.shape[1]), np.float32), np.zeros(0))
    places = np.stack([vectors[labels == each].mean(axis=0) for each in range(count)])
    centres = Centres(places, np.full(count, np.inf))
    radius = np.array(
        [
            np.quantile(np.linalg.norm(vectors[labels == each] - places[each], axis=1), _WITHIN)
            for each in range(count)
        ]
    )
    return _largest_first(replace(centres, radius=radius), labels)


def _largest_first(centres: Centres, labels: NDArray[np.int64]) -> Centres:
    size = np.bincount(labels[labels >= 0], minlength=len(centres))
    order = np.argsort(-size, kind="stable")
    return Centres(centres.places[order], centres.radius[order])


def _package() -> Any:
    try:
        from sklearn import cluster
    except ImportError:
        raise MissingExtraError(
            "Clusters of embeddings need scikit-learn: pip install 'tagline[clusters]'."
        ) from None
    return cluster


def _one_thread() -> AbstractContextManager[Any]:
    """Keep scikit-learn to one thread: the same sums in the same order, and no wait for others."""
    _package()
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[Any] = threadpool_limits(limits=1)
    return limits
