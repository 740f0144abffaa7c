"""`project.tags.sample`: what is looked at, with which probability, and rates weighted back."""

import numpy as np
import pyarrow as pa
import pytest

from tagline.exceptions import ConflictError, InputError
from tagline.project import Project

N = 2_000


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """2,000 examples, 10 % wrong; `truth` says which have the tag that people will give."""
    rng = np.random.default_rng(7)
    wrong = np.arange(N) < N // 10
    truth = rng.random(N) < np.where(wrong, 0.6, 0.0445)
    rows = pa.table(
        {
            "example_id": [str(i) for i in range(N)],
            "y": ["a"] * N,
            "said": np.where(wrong, "b", "a"),
            "truth": truth,
            "margin": rng.random(N),
            "device": np.where(np.arange(N) % 4 == 0, "old", "new"),
        }
    )
    with Project.init(tmp_path_factory.mktemp("sampling") / "p") as made:
        made.add_predictions(rows, run="first", label="y", prediction="said")
        yield made


def tag_all(project, sample, truth, person="ann"):
    while taken := project.tags.store.take(sample, by=person, count=50):
        choices = [(item.example_id, "dim", truth[item.example_id]) for item in taken]
        project.tags.store.decide(choices, by=person)
        for item in taken:
            project.tags.store.finish(sample, item.example_id, by=person)


@pytest.fixture(scope="module")
def truth(project):
    rows = project.connection.fetch(project.examples().select("example_id", "truth")).to_pylist()
    return {row["example_id"]: row["truth"] for row in rows}


def test_a_mixed_sample_gives_the_rates_of_all_examples(project, truth):
    project.tags.add("dim", by="ann")
    sample = project.tags.sample("mixed", size=200, wrong=0.5, twice=0.0, seed=3, person="ann")
    assert sample.design["strata"] == {"right": 1800, "wrong": 200}
    items = project.tags.store.items("mixed")
    chances = {each.stratum: each.probability for each in items}
    assert chances == {"wrong": 0.5, "right": pytest.approx(1 / 18)}
    with pytest.raises(InputError, match="Nobody has looked"):
        project.analyze_errors(sample="mixed", tags="dim")
    tag_all(project, "mixed", truth)
    result = project.analyze_errors(sample="mixed", tags="dim")
    row = next(row for row in result.rows if row.tag == "dim")
    with_tag = [i for i, yes in truth.items() if yes]
    true_rate = np.mean([int(i) < N // 10 for i in with_tag])
    true_share = len(with_tag) / N
    # read naively, half of the sample is wrong: most of the tag would seem to be
    tagged = [each for each in items if truth[each.example_id]]
    assert np.mean([each.stratum == "wrong" for each in tagged]) > true_rate + 0.25
    assert row.error_rate_low < true_rate < row.error_rate_high
    assert row.share_low < true_share < row.share_high
    whole = next(row for row in result.rows if row.tag == "(all)")
    assert whole.error_rate == pytest.approx(0.1)


def test_the_same_seed_draws_the_same_examples_and_the_first_part_is_a_sample_too(project):
    project.tags.sample("again", size=200, wrong=0.5, twice=0.0, seed=3, person="ann")
    first = [each.example_id for each in project.tags.store.items("again")]
    assert first == [each.example_id for each in project.tags.store.items("mixed")]
    strata = [each.stratum == "wrong" for each in project.tags.store.items("again")]
    assert np.mean(strata[:60]) == 0.5


def test_strata_are_columns_conditions_and_quarters(project):
    sample = project.tags.sample("fine", size=80, by=["device", "margin"], person="ann")
    strata = sample.design["strata"]
    assert sum(strata.values()) == N
    assert len(strata) == 16
    assert "wrong, device=old, margin=1/4" in strata
    project.tags.sample("rule", size=40, by="margin < 0.1", person="ann")
    assert "right, margin < 0.1=yes" in project.tags.samples[-1].design["strata"]


def test_a_purposive_sample_is_called_one_and_has_no_rates(project):
    sample = project.tags.sample("odd", size=5, first="margin", blind=True, person="ann")
    assert sample.purposive
    assert sample.blind
    items = project.tags.store.items("odd")
    assert {each.probability for each in items} == {None}
    with pytest.raises(InputError, match="picked on purpose"):
        project.analyze_errors(sample="odd", tags="dim")


def test_a_part_is_tagged_twice(project):
    sample = project.tags.sample("twice", size=40, twice=0.25, person="ann")
    assert sample.items == 50


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"size": 0}, "whole number from 1"),
        ({"twice": 1.5}, "fraction"),
        ({"wrong": 40}, "fraction"),
        ({"by": "devise"}, "device"),
        ({"by": "example_id"}, "more than 200 strata"),
        ({"by": ["device", "margin"], "size": 5}, "at least"),
        ({"first": "margin", "by": "device"}, "on purpose"),
        ({"where": "device = 'none'"}, "nothing to look at"),
        ({"name": " "}, "1 to 200"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(project, arguments, words):
    name = arguments.pop("name", "bad")
    with pytest.raises(InputError, match=words):
        project.tags.sample(name, person="ann", **arguments)
    assert "bad" not in [each.name for each in project.tags.samples]


def test_a_name_is_taken_once(project):
    project.tags.sample("once", size=10, person="ann")
    with pytest.raises(ConflictError, match="already"):
        project.tags.sample("once", size=10, person="ann")
