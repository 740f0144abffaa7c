"""Comparisons in the metadata: read back, replaced, kept apart; in both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tagline.store import ComparisonRecord, GainRecord, ImportRecord, Metadata, RunRecord

DIM = GainRecord("dim", 1, 0.1 / 3, 0.01, 0.03, 0.005, -0.001, 0.011, "better")
NEW = GainRecord("ü=x", 2, None, None, None, None, None, None, None)
FOUND = ComparisonRecord(
    before="first",
    after="second",
    measure="accuracy",
    where=None,
    percent=True,
    level=0.95,
    margin=0.01,
    examples=400,
    examples_version=3,
    examples_fingerprint="e" * 64,
    gains=(DIM, NEW),
)


def enter(store, *names):
    for name in names:
        run = RunRecord(name, "y", "yhat", 1, 1, "e" * 64, "p" * 64, 400)
        store.record_import(run, ImportRecord(name, "a.csv", "f" * 64, 400, 400, 0, 0, 400, 0))


@pytest.fixture
def store(address):
    with Metadata(address, "speech") as store:
        enter(store, "first", "second", "third")
        yield store


def test_what_is_recorded_is_read_back(store):
    before = datetime.now(UTC) - timedelta(seconds=1)
    made = store.record_comparison(FOUND)
    assert replace(made, created_at=None) == FOUND
    assert before < made.created_at < datetime.now(UTC) + timedelta(seconds=1)
    assert store.comparisons == [made]


def test_the_same_again_changes_nothing(store):
    made = store.record_comparison(FOUND)
    assert store.record_comparison(FOUND) == made
    assert store.record_comparison(made) == made
    assert store.comparisons == [made]


def test_the_same_question_with_another_answer_takes_its_place(store):
    made = store.record_comparison(FOUND)
    other = replace(FOUND, margin=0.02, examples_version=4, gains=(replace(DIM, rank=None),))
    newer = store.record_comparison(other)
    assert store.comparisons == [newer]
    assert newer.created_at > made.created_at


@pytest.mark.parametrize(
    "change",
    [{"after": "third"}, {"measure": "mae"}, {"where": "n < " + "1" * 5000}, {"where": ""}],
)
def test_another_question_stands_beside_it(store, change):
    made = [store.record_comparison(each) for each in (FOUND, replace(FOUND, **change))]
    assert store.comparisons == made


def test_both_directions_are_two_comparisons(store):
    store.record_comparison(FOUND)
    store.record_comparison(replace(FOUND, before="second", after="first"))
    assert [each.before for each in store.comparisons] == ["first", "second"]


def test_the_order_of_many_tags_is_kept(store):
    gains = tuple(replace(DIM, tag=f"t{i}", rank=600 - i) for i in range(600))
    store.record_comparison(replace(FOUND, gains=gains))
    assert store.comparisons[0].gains == gains


def test_several_write_the_same_at_once(store, address):
    def write(number):
        with Metadata(address, "speech") as other:
            other.record_comparison(replace(FOUND, margin=number / 100))
            return other.record_comparison(replace(FOUND, after="third"))

    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(write, range(8)))
    assert len(made) == 1
    assert sorted(each.after for each in store.comparisons) == ["second", "third"]
    assert [each.gains for each in store.comparisons] == [FOUND.gains] * 2


@pytest.mark.needs("postgresql")
def test_projects_on_one_server_keep_their_own(postgresql, new_database):
    address = new_database(postgresql)
    with Metadata(address, "speech") as one, Metadata(address, "images") as two:
        enter(one, "first", "second")
        enter(two, "first", "second")
        made = one.record_comparison(FOUND)
        assert two.comparisons == []
        other = two.record_comparison(replace(FOUND, gains=()))
        assert (one.comparisons, two.comparisons) == ([made], [other])
