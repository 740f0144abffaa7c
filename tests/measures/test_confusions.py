"""Confused classes and words by tag against counting by hand, on both engines."""

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.engine import connect
from tagline.exceptions import InputError
from tagline.measures.confusions import (
    confused_classes,
    confused_words,
    edit_kinds,
    misheard_words,
)
from tagline.measures.countable import Countable
from tagline.measures.text_edits import count_edits
from tagline.measures.word_edits import word_edits

WORDS = st.lists(st.sampled_from(["a", "b", "the", "cat"]), max_size=8)
RNG = np.random.default_rng(8)
SIZE = 80
X = [" ".join(RNG.choice(["the", "cat", "sat", "on"], 4)) for _ in range(SIZE)]
Y = [None if i % 11 == 5 else " ".join(RNG.permutation(x.split())[:3]) for i, x in enumerate(X)]
FLAG = [[True, False, None][i % 3] for i in range(SIZE)]
LEVEL = [["u", "v"][i % 2] for i in range(SIZE)]
ITEMS = [[["m", "n"], ["m"], []][i % 3] for i in range(SIZE)]
TAGS = {
    "flag": [each is True for each in FLAG],
    "level=u": [each == "u" for each in LEVEL],
    "level=v": [each == "v" for each in LEVEL],
    "m": ["m" in each for each in ITEMS],
    "n": ["n" in each for each in ITEMS],
    "(all)": [True] * SIZE,
}


@pytest.fixture
def connection(engine):
    with connect(engine) as opened:
        yield opened


def countable(connection, x=X, y=Y):
    table = pa.table(
        {
            "reason": [0] * len(x) + [1],
            "x": [*x, x[0]],
            "y": [*y, y[-1]],
            "f0": [*FLAG[: len(x)], True],
            "c0": [*LEVEL[: len(x)], "u"],
            "l0": [*ITEMS[: len(x)], ["m"]],
            "kl0": [True] * (len(x) + 1),
            "untagged": [False] * (len(x) + 1),
        }
    )
    return Countable(
        connection.table(table, "rows"),
        binary=True,
        reasons=("left out",),
        flags=("flag",),
        categories=("level",),
        lists=("items",),
    )


def by_tag(table, *names):
    found = {}
    for row in table.to_pylist():
        found.setdefault(row["tag"], []).append(tuple(row[name] for name in names))
    return found


def test_confused_classes_are_those_counted_by_hand(connection):
    x, y = [each[:5] for each in X], [each and each[:5] for each in Y]
    found = by_tag(confused_classes(connection, countable(connection, x, y), top=3), "n", "wrong")
    assert list(found) == list(TAGS)
    for tag, has in TAGS.items():
        own = Counter(
            pair
            for pair, h in zip(zip(x, y, strict=True), has, strict=True)
            if h and pair[0] != pair[1]
        )
        largest = sorted(own.values(), reverse=True)[:3]
        assert found[tag] == [(n, sum(own.values())) for n in largest]


def test_edits_of_words_are_those_counted_by_hand(connection):
    rows = countable(connection)
    kinds = by_tag(edit_kinds(connection, rows), "rows", "substitutions", "deletions", "insertions")
    words = by_tag(
        confused_words(connection, rows, top=1000), "kind", "reference", "prediction", "n", "edits"
    )
    heard = by_tag(misheard_words(connection, rows, top=1000), "word", "wrong", "occurs")
    for tag, has in TAGS.items():
        pairs = [(x, y) for x, y, h in zip(X, Y, has, strict=True) if h and y is not None]
        counts = [each[1:4] for each in count_edits(*zip(*pairs, strict=True))]
        assert kinds[tag] == [(len(pairs), *map(sum, zip(*counts, strict=True)))]
        own = Counter(tuple(each) for pair in pairs for each in word_edits(*pair))
        total = sum(own.values())
        assert sorted(words[tag], key=str) == sorted(
            ((*edit, n, total) for edit, n in own.items()), key=str
        )
        assert [each[3] for each in words[tag]] == sorted(own.values(), reverse=True)
        occurs = Counter(word for x, _ in pairs for word in x.split())
        wrong: Counter[str] = Counter()
        for (_, word, _), n in own.items():
            wrong[word] += n
        expected = [(word, wrong[word], n) for word, n in occurs.items() if wrong[word]]
        assert sorted(heard[tag]) == sorted(expected)


def test_the_first_are_the_largest_and_ties_are_in_order():
    with connect() as connection:
        rows = countable(connection)
        every = by_tag(confused_words(connection, rows, top=1000), "kind", "n")
        first = by_tag(confused_words(connection, rows, top=2), "kind", "n")
        assert first == {tag: each[:2] for tag, each in every.items()}


def test_nothing_wrong_is_no_row():
    with connect() as connection:
        rows = countable(connection, X, X)
        for count in (confused_classes, confused_words, misheard_words):
            assert count(connection, rows).num_rows == 0


def test_text_and_a_number_of_rows_are_needed():
    with connect() as connection:
        rows = countable(connection, [1, 2], [1, 3])
        assert confused_classes(connection, rows)["n"].to_pylist()[-1] == 1
        with pytest.raises(InputError, match="Confused words need text"):
            confused_words(connection, rows)
        with pytest.raises(InputError, match=r"`top` must be a whole number from 1\. Got 0"):
            confused_classes(connection, rows, top=0)
        with pytest.raises(InputError, match="`normalize` must be"):
            misheard_words(connection, countable(connection), normalize="all")


@given(was=WORDS, said=WORDS)
def test_edits_of_words_are_those_that_are_counted(was, said):
    found = word_edits(" ".join(was), " ".join(said), right=True)
    (counted,) = count_edits([" ".join(was)], [" ".join(said)])
    kinds = Counter(each.kind for each in found)
    assert (kinds["substituted"], kinds["deleted"], kinds["inserted"]) == counted[1:4]
    assert Counter(each.reference for each in found if each.reference) == Counter(was)
    assert Counter(each.prediction for each in found if each.prediction) == Counter(said)
    assert all(each.reference != each.prediction for each in found if each.kind != "right")
