"""The four questions and the units, for each measure."""

import pytest

from tagline.error_analysis.shown.reading import QUESTIONS, questions, unit_notes
from tagline.measures import MEASURES


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_each_measure_asks_its_own_question(name):
    asked = questions(name)
    assert list(asked) == list(QUESTIONS)
    assert all(question.endswith("?") for question in asked.values())
    assert asked["error_rate"] != questions("somebody's own")["error_rate"]
    assert ("misclassified" in asked["error_rate"]) is (name == "accuracy")


def test_questions_differ_between_measures():
    assert len({questions(name)["error_rate"] for name in MEASURES}) == len(MEASURES)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("binary", "what fraction is an error"), ("bounded", "counts"), ("open", "How large")],
)
def test_a_measure_of_somebody_else_is_asked_by_its_kind(kind, words):
    assert words in questions("late(limit=2)", kind)["error_rate"]


def test_mean_over_classes_is_named():
    assert "as a mean over the classes?" in questions("f1(average='macro')")["error_rate"]


def test_units_are_said_where_rates_are_no_fractions():
    assert {name for name in MEASURES if unit_notes(name)} == {"mae", "rmse", "log_loss", "brier"}
    assert "squared too" in unit_notes("rmse")[0]
