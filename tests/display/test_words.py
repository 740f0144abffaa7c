import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from tagline.display.units import Unit
from tagline.display.words import (
    DASH,
    number,
    percent,
    plain,
    plural,
    shorten,
    shorten_middle,
    word_difference,
)

texts = st.text(st.characters(codec="utf-8"), max_size=60)
sentences = st.lists(st.sampled_from(["the", "cat", "<b>", "&", "sat"]), max_size=12)


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (1234567, 0, "1,234,567"),
        (2.345, 2, "2.35"),
        (-0.001, 1, "0.0"),
        (-3, 0, "-3"),
        (None, 1, DASH),
        (float("nan"), 1, DASH),
    ],
)
def test_number(value, digits, expected):
    assert number(value, digits) == expected


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [
        (0.13, 1, "13.0 %"),
        (0.0, 1, "0.0 %"),
        (0.0004, 1, "< 0.1 %"),
        (0.004, 0, "< 1 %"),
        (1.2, 0, "120 %"),
        (None, 1, DASH),
    ],
)
def test_percent(value, digits, expected):
    assert percent(value, digits) == expected


def test_plural():
    assert plural(1, "tag") == "1 tag"
    assert plural(0, "tag") == "0 tags"


@given(st.text(max_size=60))
def test_plain_text_can_be_written_and_holds_no_control_character(text):
    safe = plain(text)
    assert safe.encode("utf-8") is not None
    assert len(safe) == len(text)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", safe)


@given(texts, st.integers(2, 30))
def test_shortened_texts_keep_to_the_limit(text, most):
    assert len(shorten(text, most)) <= most
    assert len(shorten_middle(text, most)) <= most
    if len(text) <= most:
        assert shorten(text, most) == shorten_middle(text, most) == text


@given(sentences, sentences)
def test_word_difference_has_the_fewest_edits_and_loses_no_word(left, right):
    found = word_difference(" ".join(left), " ".join(right))
    edits = found.substitutions + found.deletions + found.insertions
    assert edits == Levenshtein.distance(left, right)
    assert _text(found.reference) == " ".join(left)
    assert _text(found.hypothesis) == " ".join(right)


def test_word_difference_escapes_and_marks():
    found = word_difference("say <b> now", "say & now then")
    assert found.reference == 'say <mark class="right">&lt;b&gt;</mark> now'
    assert found.hypothesis == (
        'say <mark class="wrong">&amp;</mark> now <mark class="wrong">then</mark>'
    )
    assert str(found) == "1 substitution, 1 insertion"
    assert str(word_difference("same", "same")) == "the same words"


def test_unit_in_percent_and_as_it_is():
    unit = Unit.of([0.13, 0.11], [0.006, 0.0016])
    assert unit.rate_with(0.13, 0.118, 0.143) == "13.0 % (11.8 to 14.3)"
    assert unit.gain_with(0.006, 0.0, 0.0143) == "0.60 points (0.00 to 1.43)"
    assert unit.rate_with(None, None, None) == DASH
    assert unit.span(0.1, None) == ""
    metres = Unit.of([3.21, 2.5], percent=False)
    assert metres.rate_with(3.21, 3.0, 3.5) == "3.2 (3.0 to 3.5)"
    assert metres.gain_named(0.5) == "0.50"


@given(st.lists(st.none() | st.floats(0, 1), max_size=8))
def test_unit_exists_for_any_rates(rates):
    assert 1 <= Unit.of(rates, rates).digits <= 4


def _text(marked):
    without = re.sub(r"</?mark[^>]*>", "", str(marked))
    return without.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_words_with_the_same_key_are_the_same_word():
    found = word_difference("It is , I said", "it is i SAY .", key=lambda w: w.lower().strip(",."))
    assert str(found) == "1 substitution"
    assert found.reference == 'It is , I <mark class="right">said</mark>'
    assert found.hypothesis == 'it is i <mark class="wrong">SAY</mark> .'
