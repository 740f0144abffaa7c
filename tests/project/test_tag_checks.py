"""How far tags can be trusted: agreement, blind against sighted, saturation of notes."""

import pytest

from tagline.project import Project

ROWS = {
    "example_id": [str(i) for i in range(40)],
    "y": ["a"] * 40,
    "said": ["b" if i < 20 else "a" for i in range(40)],
}


@pytest.fixture
def project(tmp_path):
    with Project.init(tmp_path / "p") as made:
        made.add_predictions(ROWS, run="first", label="y", prediction="said")
        made.tags.add("dim", by="ann")
        yield made


def test_agreement_is_counted_where_two_people_decided(project):
    tags = project.tags.store
    assert "No example was tagged by two" in project.tags.agreement().headline
    tags.decide([(str(i), "dim", i % 2 == 0) for i in range(20)], by="ann")
    tags.decide([(str(i), "dim", i % 2 == 0 and i > 3) for i in range(18)], by="bob")
    found = project.tags.agreement()
    row = found.rows[0]
    assert (row.examples, row.observed) == (18, pytest.approx(16 / 18))
    assert row.positive == pytest.approx(2 * 7 / (2 * 7 + 2))
    assert row.alpha_low < row.alpha < row.alpha_high
    assert found.headline.startswith("Least agreed on: dim, alpha 0.7")


def test_where_all_say_no_a_coefficient_is_null_with_its_reason(project):
    for person in ("ann", "bob"):
        project.tags.store.decide([(str(i), "dim", False) for i in range(9)], by=person)
    row = project.tags.agreement().rows[0]
    assert (row.observed, row.alpha) == (1.0, None)
    assert "alpha:" in row.note


def test_seeing_the_error_is_compared_on_wrong_and_right_examples(project):
    tags = project.tags.store
    # blind: 1 of 10 wrong ones; sighted: 8 of 10; on right ones alike
    tags.decide([(str(i), "dim", i == 0) for i in range(10)], by="ann", blind=True)
    tags.decide([(str(i), "dim", i < 18) for i in range(10, 20)], by="ann")
    tags.decide([(str(i), "dim", i == 20) for i in range(20, 30)], by="ann", blind=True)
    tags.decide([(str(i), "dim", i == 30) for i in range(30, 40)], by="ann")
    row = project.tags.blindness().rows[0]
    assert (row.blind, row.sighted, row.effect) == (0.1, 0.8, pytest.approx(0.7))
    assert 0 < row.effect_low < 0.7 < row.effect_high
    assert "seeing the error changes" in project.tags.blindness().headline


def test_without_blind_decisions_there_is_nothing_to_compare(project):
    project.tags.decide("1", {"dim": True}, by="ann")
    assert project.tags.blindness().rows[0].effect is None
    assert "Nothing to compare" in project.tags.blindness().headline


def test_saturation_counts_notes_since_a_new_kind(project):
    assert project.tags.saturation() is None
    numbers = [project.tags.note(str(i), "engine", by="ann") for i in range(5)]
    project.tags.group(numbers[:1] + numbers[2:], "engine", by="ann")
    project.tags.group(numbers[1:2], "child", by="ann")
    found = project.tags.saturation()
    assert (found.notes, found.kinds, found.since_new) == (5, 2, 3)
    assert found.unseen_low <= found.unseen <= found.unseen_high
