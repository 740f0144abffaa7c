"""Statistics of texts: examples by hand, and laws that hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.inputs import STATISTICS, input_statistics

VOCABULARY = {"a", "b", "isn't"}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("", "n_words", 0),
        ("", "digit_share", None),
        ("", "upper_share", None),
        ("  two  words\n", "n_words", 2),
        ("don't stop", "n_tokens", 4),
        ("東京に", "n_tokens", 3),
        ("你好。再见\uff01", "n_sentences", 2),
        ("Dr. Who? (Really!) Yes", "n_sentences", 4),
        ("No end\n\nNew one", "n_sentences", 2),
        ("version 1.2.3", "n_sentences", 1),
        ("...", "n_sentences", 0),
        ("ab12", "digit_share", 0.5),
        ("Ab!", "upper_share", 0.5),
        ("123", "upper_share", None),
        ("naïve", "non_ascii_share", 0.2),
        ("a c", "oov_share", 0.5),
        ("A b B. Isn't", "oov_share", 0.0),
        ("Isn\u2019t", "oov_share", 1.0),
        ("?!", "oov_share", None),
        ("\ud800", "non_ascii_share", 1.0),
    ],
)
def test_by_hand(text, name, value):
    found = input_statistics(text, statistics=[name], vocabulary=VOCABULARY)[name]
    assert found == (value if value is None else pytest.approx(value))


@given(st.text())
def test_values_lie_in_their_range(text):
    found = input_statistics(text, vocabulary=VOCABULARY)
    assert list(found) == list(STATISTICS["text"])
    for name, value in found.items():
        each = STATISTICS["text"][name]
        if value is not None:
            assert value >= each.low
            assert each.high is None or value <= each.high
            assert isinstance(value, int) or not each.whole


@given(st.text(), st.text())
def test_counts_add_up_over_paragraphs(one, other):
    both = input_statistics(f"{one}\n\n{other}")
    parts = [input_statistics(one), input_statistics(other)]
    for name in ("n_words", "n_tokens"):
        assert both[name] == sum(part[name] for part in parts)
    assert both["n_characters"] == sum(part["n_characters"] for part in parts) + 2
    assert parts[0]["n_tokens"] >= parts[0]["n_sentences"]
