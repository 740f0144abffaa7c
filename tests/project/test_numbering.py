"""Rows of the same content and no id: examples of their own, the same ones each time."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagline.exceptions import ConflictError
from tagline.project import Project

TEXTS = pl.DataFrame({"text": ["hi", "bye", "hi", "hi"], "y": [1, 0, 0, 1], "p": [1, 0, 1, 0]})


def add(project, data, run="first", **options):
    return project.add_predictions(data, run=run, label="y", prediction="p", **options)


def rows(project, run=None):
    found = project.connection.fetch(project.predictions(run).order_by("example_id")).to_pylist()
    return sorted((row["text"], row["y"], row["p"]) for row in found)


@pytest.mark.parametrize("options", [{}, {"input": "text"}])
def test_all_rows_are_kept_and_the_outcome_says_so(project, options):
    done = add(project, TEXTS, **options)
    repeats = 2 if options else 1
    assert (done.examples_new, done.rows_repeated) == (4, repeats)
    assert rows(project) == sorted(TEXTS.rows())
    ids = project.connection.fetch(project.predictions())["example_id"].to_pylist()
    assert sum("-" in each for each in ids) == repeats
    words = "2 rows repeat" if options else "1 row repeats"
    assert f" {words} the content of another and " in done.message


@pytest.mark.parametrize("options", [{}, {"input": "text"}])
def test_the_same_rows_twice_change_nothing_in_any_order(project, options):
    add(project, TEXTS, **options)
    version = project.lake.version("examples")
    for again in (TEXTS, TEXTS.reverse(), TEXTS.sample(fraction=1, shuffle=True, seed=1)):
        done = add(project, again, **options)
        assert (done.examples_new, done.predictions_new, done.predictions_known) == (0, 0, 4)
        assert "nothing changed" in done.message
    assert project.lake.version("examples") == version


def test_another_run_is_about_the_same_examples(project):
    add(project, TEXTS, input="text")
    done = add(project, TEXTS.with_columns(p=1 - pl.col("p")), run="second", input="text")
    assert (done.examples_new, done.examples_known, done.predictions_new) == (0, 4, 4)


def test_other_content_for_a_known_input_is_refused_with_its_id(project):
    add(project, TEXTS, input="text")
    with pytest.raises(ConflictError, match=r"[0-9a-f]{32}-2' is known with another value in 'y'"):
        add(project, TEXTS.with_columns(y=pl.Series([0, 0, 0, 0])), input="text")


def test_files_of_several_batches_are_numbered_in_all_of_them(tmp_path):
    n = 150_000
    data = pl.DataFrame({"text": ["a", "b", "c"] * (n // 3), "y": 1, "p": 1})
    with Project.init(tmp_path) as project:
        done = add(project, data)
        assert (done.examples_new, done.rows_repeated) == (n, n - 3)
        assert add(project, data).examples_new == 0


@settings(max_examples=10)
@given(st.lists(st.tuples(*[st.sampled_from("ab")] * 3), min_size=1, max_size=8), st.randoms())
def test_no_row_is_lost_whatever_repeats(tmp_path_factory, content, shuffle):
    data = pl.DataFrame(content, schema=["text", "y", "p"], orient="row")
    content = list(content)
    shuffle.shuffle(content)
    with Project.init(tmp_path_factory.mktemp("laws")) as project:
        assert add(project, data, input="text").examples_new == len(content)
        again = pl.DataFrame(content, schema=["text", "y", "p"], orient="row")
        assert add(project, again, input="text").examples_new == 0
        assert rows(project) == sorted(content)
