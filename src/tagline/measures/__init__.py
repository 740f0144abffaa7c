"""Error measures: two columns each, `error` and `weight`; a rate is sum(error) / sum(weight)."""

from tagline.measures.classes import CheckedPair
from tagline.measures.classification import accuracy, top_k
from tagline.measures.label_sets import multilabel, multilabel_each
from tagline.measures.precision_recall import f1, miss_rate, precision
from tagline.measures.probabilities import brier, log_loss
from tagline.measures.registry import MEASURES, Family, Measure, Pair, find_measure, measure
from tagline.measures.regression import mae, rmse
from tagline.measures.transcription import cer, edits, wer
from tagline.measures.verdicts import judged

__all__ = [
    "MEASURES",
    "CheckedPair",
    "Family",
    "Measure",
    "Pair",
    "accuracy",
    "brier",
    "cer",
    "edits",
    "f1",
    "find_measure",
    "judged",
    "log_loss",
    "mae",
    "measure",
    "miss_rate",
    "multilabel",
    "multilabel_each",
    "precision",
    "rmse",
    "top_k",
    "wer",
]
