"""Edits against Levenshtein's table, and the laws of normalisation."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.measures.text_edits import NORMALIZATIONS, count_edits, normalize_text

SENTENCES = st.lists(st.sampled_from(["a", "b", "the", "cat"]), max_size=8).map(" ".join)
LETTERS = st.text("ab \u00e9\U0001f600", max_size=10)


def table_distance(was: str | list[str], said: str | list[str]) -> int:
    """Fill the whole table of Wagner and Fischer, doi:10.1145/321796.321811."""
    table = {(i, 0): i for i in range(len(was) + 1)} | {(0, j): j for j in range(len(said) + 1)}
    for i in range(1, len(was) + 1):
        for j in range(1, len(said) + 1):
            table[i, j] = min(
                table[i - 1, j] + 1,
                table[i, j - 1] + 1,
                table[i - 1, j - 1] + (was[i - 1] != said[j - 1]),
            )
    return table[len(was), len(said)]


@given(was=SENTENCES, said=SENTENCES)
def test_words_are_those_of_the_table(was: str, said: str) -> None:
    (found,) = count_edits([was], [said])
    assert found.errors == table_distance(was.split(), said.split())
    check_parts(found, len(was.split()), len(said.split()))


@given(was=LETTERS, said=LETTERS)
def test_characters_are_those_of_the_table(was: str, said: str) -> None:
    (found,) = count_edits([was], [said], unit="characters")
    was, said = was.strip(), said.strip()
    assert found.errors == table_distance(was, said)
    check_parts(found, len(was), len(said))


def check_parts(found: object, was: int, said: int) -> None:
    errors, substitutions, deletions, insertions, reference = found
    assert errors == substitutions + deletions + insertions
    assert min(substitutions, deletions, insertions) >= 0
    assert reference == was
    assert was - deletions + insertions == said


@given(was=SENTENCES, said=SENTENCES)
def test_the_other_way_round_deletions_are_insertions(was: str, said: str) -> None:
    (there,), (back,) = count_edits([was], [said]), count_edits([said], [was])
    assert there.errors == back.errors


@given(text=st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    for each in NORMALIZATIONS:
        once = normalize_text(text, each)
        assert normalize_text(once, each) == once


@given(text=st.text())
def test_basic_leaves_no_punctuation_capital_or_double_blank(text: str) -> None:
    found = normalize_text(text, "basic")
    assert not {unicodedata.category(each)[0] for each in found if each != "'"} & {"P", "S"}
    assert found == " ".join(found.split())
    assert found == found.lower()


@given(text=st.text(st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_is_the_long_way(text: str) -> None:
    long_way = normalize_text(f"{text} \u00e9", "basic").removesuffix("\u00e9").strip()
    assert normalize_text(text, "basic") == long_way


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don\u2019t", "don't"),
        ("rock 'n' roll", "rock n roll"),
        ("the dogs' 'bone'", "the dogs bone"),
        ("well-known, U.S. \u20ac3.50", "well known u s 3 50"),
        ("\uff21\uff22\u3000\ufb01n", "ab fin"),
        ("\u0939\u093f\u0928\u094d\u0926\u0940\u0964", "\u0939\u093f\u0928\u094d\u0926\u0940"),
        ("snake_case", "snake case"),
    ],
)
def test_basic_by_example(text: str, expected: str) -> None:
    assert normalize_text(text, "basic") == expected


def test_nulls_are_unknown_and_an_empty_reference_has_no_weight() -> None:
    found = count_edits(["a b", None, "", "a"], [None, "a", "x y", ""])
    assert found[0] == found[1] == (None,) * 5
    assert found[2] == (2, 0, 0, 2, 0)
    assert found[3] == (1, 0, 1, 0, 1)


def test_unknown_words_are_refused() -> None:
    with pytest.raises(InputError, match="`unit` must be 'words' or 'characters'"):
        count_edits(["a"], ["a"], unit="lines")
    with pytest.raises(InputError, match="`normalize` must be 'none' or 'basic'"):
        count_edits(["a"], ["a"], normalize="all")
