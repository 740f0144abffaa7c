"""How the numbers of each measure are read: the four questions, and what unit the rates have.

The four questions are those of A. Ng (2021), "Introduction to Machine Learning in Production",
week 2, "Error analysis example" and "Prioritizing what to work on", DeepLearning.AI. He asks them
of misclassified examples; every other measure counts something else, and says what.
"""

from __future__ import annotations

__all__ = ["QUESTIONS", "questions", "unit_notes"]

QUESTIONS = {  # of accuracy
    "error_share": "What fraction of the errors has the tag?",
    "error_rate": "Of all data with the tag, what fraction is misclassified?",
    "share": "What fraction of all data has the tag?",
    "room": "How much room for improvement is there, against human level on that tag?",
}

_OF_KIND = {  # of measures that somebody else registered
    "binary": "Of all data with the tag, what fraction is an error?",
    "bounded": "Of all that the measure counts on data with the tag, what fraction is an error?",
    "open": "How large is the error on data with the tag, per unit of weight?",
}

_ERROR_RATE = {
    "accuracy": QUESTIONS["error_rate"],
    "top_k": "For what fraction of all data with the tag do the first predictions lack the label?",
    "multilabel": "Of all data with the tag, what fraction is labelled wrongly?",
    "multilabel_each": "Of all labels, true or predicted, on data with the tag, what fraction is"
    " wrong?",
    "miss_rate": "Of all positives with the tag, what fraction is missed?",
    "precision": "Of all positive predictions on data with the tag, what fraction is wrong?",
    "f1": "How far is F1 from 1 on data with the tag?",
    "wer": "How many word errors are there on data with the tag, per word of the reference?",
    "cer": "How many character errors are there on data with the tag, per character of the"
    " reference?",
    "mae": "How large is the absolute error on data with the tag, on average?",
    "rmse": "How large is the squared error on data with the tag, on average?",
    "log_loss": "How large is the log loss on data with the tag, on average?",
    "brier": "How large is the Brier score on data with the tag, on average?",
    "judged": "Of all outputs with the tag, what fraction is judged as failed?",
    "unmatched_boxes": "Of all boxes, true or predicted, on data with the tag, what fraction has no"
    " partner?",
    "unmatched_spans": "Of all spans, true or predicted, on data with the tag, what fraction has no"
    " partner?",
    "reciprocal_rank": "How far is the mean reciprocal rank from 1 on data with the tag?",
    "ndcg": "How far is NDCG from 1 on data with the tag, on average?",
    "recall_at_k": "Of what is relevant, what fraction do the first places miss on data with the"
    " tag, on average?",
}

_COUNTED = {  # what the weight counts, where that is not examples
    "multilabel_each": "labels, true or predicted",
    "miss_rate": "positives",
    "precision": "positive predictions",
    "f1": "positives, true and predicted",
    "wer": "words of the reference",
    "cer": "characters of the reference",
    "unmatched_boxes": "boxes, true or predicted",
    "unmatched_spans": "spans, true or predicted",
    "reciprocal_rank": "rows with something relevant",
    "ndcg": "rows with something relevant",
    "recall_at_k": "rows with something relevant",
}

_AMOUNTS = {  # an example has more or less of it
    *("mae", "rmse", "log_loss", "brier"),
    *("reciprocal_rank", "ndcg", "recall_at_k"),
}

_UNITS = {
    "mae": "Rates, room and gain are mean absolute errors, in the unit of the label.",
    "rmse": "Rates, room and gain are mean squared errors, in the unit of the label squared:"
    " RMSE is the root of a rate. A stated level of people must be squared too.",
    "log_loss": "Rates, room and gain are log losses, in nats per example.",
    "brier": "Rates, room and gain are Brier scores: 0 is best; the worst is 1 with one column"
    " of probabilities, 2 with a column per class.",
}


def questions(measure: str, kind: str = "open") -> dict[str, str]:
    """Return the four questions as a measure answers them.

    Parameters
    ----------
    measure : str
        Its name; parameters behind it make no difference.
    kind : {"binary", "bounded", "open"}
        Of the measure; it decides where the name is not one of ours.

    Returns
    -------
    dict
        By the column that answers: ``error_share``, ``error_rate``, ``share``, ``room``.

    Examples
    --------
    >>> questions("mae")["error_rate"]
    'How large is the absolute error on data with the tag, on average?'
    >>> questions("wer(normalize='basic')")["share"]
    'What fraction of all data has the tag, by words of the reference?'
    """
    name = measure.partition("(")[0]
    asked = QUESTIONS | {"error_rate": _ERROR_RATE.get(name) or _OF_KIND[kind]}
    if "macro" in measure:
        asked["error_rate"] = f"{asked['error_rate'][:-1]}, as a mean over the classes?"
    elif name in _COUNTED:
        asked["share"] = f"What fraction of all data has the tag, by {_COUNTED[name]}?"
    elif name not in _ERROR_RATE and kind != "binary":
        asked["share"] = "What fraction of all data has the tag, by the measure's weight?"
    if name in _AMOUNTS:
        asked["error_share"] = "What fraction of the total error is on data with the tag?"
    return asked


def unit_notes(measure: str) -> list[str]:
    """Return what must be known of the unit of a measure; nothing where rates are fractions.

    Parameters
    ----------
    measure : str
        Its name; parameters behind it make no difference.

    Returns
    -------
    list of str
    """
    note = _UNITS.get(measure.partition("(")[0])
    return [note] if note else []
