"""From people's decisions to a classifier of a tag, and to a rule that people can read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tagline.exceptions import MissingExtraError
from tagline.project.tagging.features import Feature, logistic

if TYPE_CHECKING:
    import ibis.expr.types as ir

__all__ = ["LEAST", "Scorer", "fitted", "readable_rule"]

Floats = NDArray[np.float64]
LEAST = 5  # decided rows with the tag, and without it: fewer teach nothing
_FOLDS = 5
_DEPTH = 3
_PULL = 0.3  # inverse strength of the ridge: few rows, many columns


@dataclass(frozen=True, eq=False)
class Scorer:
    """A logistic regression of one tag.

    Attributes
    ----------
    features : tuple of Feature
    weights : float array of shape (n_features,)
    intercept : float
    out_of_fold : float array of shape (n_decided,)
        The score of each decided row by a regression that did not see it.
    """

    features: tuple[Feature, ...]
    weights: Floats
    intercept: float
    out_of_fold: Floats

    def in_engine(self, table: ir.Table) -> ir.FloatingValue:
        """Return the score of every row of a table, between 0 and 1, as an expression."""
        return logistic(table, self.features, self.weights, self.intercept)


def fitted(
    features: Sequence[Feature], rows: Floats, tag: NDArray[np.bool_], weight: Floats, *, seed: int
) -> Scorer | None:
    """Fit a classifier, and score each decided row by one that did not see it.

    Parameters
    ----------
    features : sequence of Feature
    rows : float array of shape (n_decided, n_features)
    tag : bool array of shape (n_decided,)
    weight : float array of shape (n_decided,)
        How many rows of the data each stands for.
    seed : int
        Of the folds.

    Returns
    -------
    Scorer or None
        None where fewer than 5 decided rows have the tag, or fewer than 5 have it not, or nothing
        can be learned from.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    """
    if min(tag.sum(), (~tag).sum()) < LEAST or not rows.shape[1]:
        return None
    linear_model, selection, _, threadpool = _sklearn()
    folds = selection.StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    pull = weight / weight.mean()

    def fit(chosen: Any) -> Any:
        model = linear_model.LogisticRegression(C=_PULL, max_iter=1000)
        return model.fit(rows[chosen], tag[chosen], sample_weight=pull[chosen])

    scores = np.empty(len(tag))
    with threadpool.threadpool_limits(1):  # so small a problem only waits for more threads
        for train, held in folds.split(rows, tag):
            scores[held] = fit(train).predict_proba(rows[held])[:, 1]
        model = fit(np.arange(len(tag)))
    return Scorer(tuple(features), model.coef_[0], float(model.intercept_[0]), scores)


def readable_rule(
    conditions: Sequence[str], holds: NDArray[np.bool_], tag: NDArray[np.bool_], weight: Floats
) -> tuple[str, NDArray[np.bool_]] | None:
    """Learn a rule: a small tree over conditions, its leaves joined by `or`.

    Parameters
    ----------
    conditions : sequence of str
        Scalar SQL, each true or false of a row.
    holds : bool array of shape (n_decided, n_conditions)
    tag : bool array of shape (n_decided,)
    weight : float array of shape (n_decided,)

    Returns
    -------
    (rule, said) or None
        The rule in scalar SQL from all rows; and for each decided row what a rule said that did
        not see it: for precision and recall. None where no leaf has mostly the tag.

    Raises
    ------
    MissingExtraError
        If scikit-learn is not installed.
    """
    if min(tag.sum(), (~tag).sum()) < LEAST or not conditions:
        return None
    _, selection, trees, _ = _sklearn()

    def grow(chosen: Any) -> Any:
        least = max(3, len(chosen) // 100)
        tree = trees.DecisionTreeClassifier(
            max_depth=_DEPTH, min_samples_leaf=least, random_state=0
        )
        return tree.fit(holds[chosen], tag[chosen], sample_weight=weight[chosen])

    said = np.zeros(len(tag), dtype=bool)
    for train, held in selection.StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(
        holds, tag
    ):
        said[held] = grow(train).predict(holds[held])
    leaves = _leaves(grow(np.arange(len(tag))), conditions)
    if not leaves:
        return None
    joined = leaves[0] if len(leaves) == 1 else " or ".join(f"({leaf})" for leaf in leaves)
    return joined, said


def _leaves(model: Any, conditions: Sequence[str]) -> list[str]:
    """Return the paths to the leaves where the tag is more likely than not."""
    tree, yes = model.tree_, list(model.classes_).index(True)
    found: list[str] = []

    def walk(node: int, path: list[str]) -> None:
        if tree.children_left[node] < 0:
            values = tree.value[node][0]
            if values[yes] > values.sum() / 2 and path:
                found.append(" and ".join(path))
            return
        condition = conditions[tree.feature[node]]
        walk(tree.children_left[node], [*path, f"not ({condition})"])
        walk(tree.children_right[node], [*path, condition])

    walk(0, [])
    return found


def _sklearn() -> tuple[Any, Any, Any, Any]:
    try:
        import threadpoolctl
        from sklearn import linear_model, model_selection, tree
    except ImportError:
        raise MissingExtraError(
            "Learning a tag needs scikit-learn: pip install 'tagline[clusters]'."
        ) from None
    return linear_model, model_selection, tree, threadpoolctl
