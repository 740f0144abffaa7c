"""Numbers of partners against the Hungarian method, and the laws of a matching."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.measures import matching
from tagline.measures.matching import Regions, count_matches
from tests.measures.nested_cases import partners

PLACES = st.integers(0, 6)
BOX = st.tuples(PLACES, PLACES, st.integers(0, 5), st.integers(0, 5), st.integers(0, 1))
ROWS = st.lists(st.tuples(st.lists(BOX, max_size=5), st.lists(BOX, max_size=5)), max_size=4)
LIMITS = st.sampled_from([0.1, 1 / 3, 0.5, 0.75, 1.0])


def regions(rows: list[list[tuple[int, ...]]]) -> Regions:
    flat = np.array([box for row in rows for box in row], dtype=float).reshape(-1, 5)
    low = flat[:, :2]
    return Regions(
        np.array([len(row) for row in rows], dtype=np.int64),
        low,
        low + flat[:, 2:4],
        flat[:, 4].astype(np.int64),
    )


def corners(row: list[tuple[int, ...]]) -> list[tuple[list[float], int]]:
    return [([x, y, x + w, y + h], cls) for x, y, w, h, cls in row]


def found(rows: list[tuple[list[tuple[int, ...]], ...]], iou: float) -> list[int]:
    return count_matches(*(regions(list(side)) for side in zip(*rows, strict=True)), iou).tolist()


@given(rows=ROWS.filter(bool), iou=LIMITS)
def test_as_many_partners_as_the_hungarian_method_finds(rows, iou):
    expected = [partners(*map(corners, row), iou) for row in rows]
    assert found(rows, iou) == expected


@given(rows=ROWS.filter(bool), iou=LIMITS, random=st.randoms())
def test_order_and_side_do_not_matter(rows, iou, random):
    shuffled = [tuple(random.sample(side, len(side)) for side in row) for row in rows]
    assert found(shuffled, iou) == found(rows, iou)
    assert found([(b, a) for a, b in rows], iou) == found(rows, iou)


@given(rows=st.lists(st.lists(BOX, max_size=6), min_size=1, max_size=4), iou=LIMITS)
def test_every_box_is_its_own_partner(rows, iou):
    assert found([(row, row) for row in rows], iou) == [len(row) for row in rows]


@given(rows=ROWS.filter(bool))
def test_a_higher_limit_never_finds_more(rows):
    counts = [found(rows, iou) for iou in (0.1, 0.5, 0.9)]
    assert counts[0] >= counts[1] >= counts[2] or np.all(np.diff(counts, axis=0) <= 0)


@given(rows=ROWS.filter(bool), iou=LIMITS)
def test_parts_of_the_pairs_find_the_same(rows, iou):
    whole = found(rows, iou)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(matching, "PAIRS", 3)
        assert found(rows, iou) == whole


def test_no_box_at_all_is_no_partner():
    assert found([([], []), ([(0, 0, 1, 1, 0)], [])], 0.5) == [0, 0]


def test_a_row_with_very_many_boxes_is_matched_in_parts():
    many = [(3 * place % 300, 5 * place % 700, 40, 30, 0) for place in range(1500)]
    assert found([(many, many[::-1])], 0.6) == [1500]  # 2,250,000 pairs, a million at a time
