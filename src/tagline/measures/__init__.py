"""Error measures: two columns each, `error` and `weight`; a rate is sum(error) / sum(weight)."""

from tagline.measures.boxes import unmatched_boxes
from tagline.measures.classes import Cause, CheckedPair
from tagline.measures.classification import accuracy, top_k
from tagline.measures.label_sets import multilabel, multilabel_each
from tagline.measures.precision_recall import f1, miss_rate, precision
from tagline.measures.probabilities import brier, log_loss
from tagline.measures.registry import MEASURES, Family, Measure, Pair, find_measure, measure
from tagline.measures.regression import mae, rmse
from tagline.measures.retrieval import ndcg, recall_at_k, reciprocal_rank
from tagline.measures.spans import unmatched_spans
from tagline.measures.transcription import cer, edits, wer
from tagline.measures.verdicts import judged

__all__ = [
    "MEASURES",
    "Cause",
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
    "ndcg",
    "precision",
    "recall_at_k",
    "reciprocal_rank",
    "rmse",
    "top_k",
    "unmatched_boxes",
    "unmatched_spans",
    "wer",
]
