import pytest

from tagline.exceptions import InputError
from tagline.project import Project
from tagline.project.analysis import analysis_options
from tagline.schema.settings import Settings
from tagline.store import RunRecord

RUN = RunRecord("first", "y", "yhat", 1, 1, "e", "p", 3)
COLUMNS = ["example_id", "y", "yhat", "dim", "n_words"]


def options(settings, *, run=RUN, labels=("y",), **given):
    checked = Settings.model_validate({"project": {"name": "p"}, **settings})
    return analysis_options(checked, run, labels, COLUMNS, given)


def test_the_run_names_label_and_prediction():
    assert options({}) == {"label": "y", "prediction": "yhat"}


def test_a_run_without_a_label_takes_that_of_the_runs_before():
    run = RunRecord("second", None, "p", 1, 1, "e", "p", 3)
    assert options({}, run=run, labels=["x", "y", "z"])["label"] == "y"
    assert options({}, run=run, labels=[])["label"] is None


def test_what_is_said_comes_before_the_file_and_the_file_before_the_run():
    errors = {"label": "truth", "measure": "wer", "top": 5, "fail_if": ["error_rate > 0.1"]}
    assert options({"errors": errors}, top=1) == {
        "label": "truth",
        "prediction": "yhat",
        "measure": "wer",
        "top": 1,
    }


def test_tags_of_the_vocabulary():
    tags = {
        "short": {"rule": "n_words < 5", "importance": 2},
        "dim": {"ease": 1.5},
        "later": {"description": "nobody has tagged this yet"},
    }
    assert options({"tags": tags}) == {
        "label": "y",
        "prediction": "yhat",
        "tags": ["dim", {"short": "n_words < 5"}],
    }
    only = {"tags": tags, "errors": {"tags": ["short"]}}
    assert options(only)["tags"] == {"short": "n_words < 5"}
    assert options({"tags": tags}, tags=["dim"])["tags"] == ["dim"]


@pytest.fixture
def project(project):
    rows = {
        "example_id": list(range(8)),
        "y": [0, 1] * 4,
        "yhat": [0, 1, 0, 1, 0, 1, 1, 0],
        "n_words": [9, 9, 9, 9, 9, 9, 2, 2],
        "dim": [False, True] * 4,
    }
    project.add_predictions(rows, run="first", label="y", prediction="yhat")
    return project


def test_errors_of_a_run_by_the_tags_of_the_settings(project):
    with (project.path / "tagline.toml").open("a") as file:
        file.write('\n[tags.dim]\n[tags.short]\nrule = "n_words < 5"\nimportance = 2\n')
    with Project.open(project.path) as opened:
        found = {row["tag"]: row for row in opened.analyze_errors().to_dict()["tags"]}
    assert found["short"]["error_rate"] == 1
    assert found["short"]["importance"] == 2
    assert (found["dim"]["support"], found["dim"]["errors"]) == (4, 1)
    assert found["(all)"]["error_rate"] == 0.25


@pytest.fixture
def weighed(project):
    """The project, with factors for two tags of its vocabulary and one that no data have."""
    with (project.path / "tagline.toml").open("a") as file:
        file.write("\n[tags.dim]\nease = 3\n[tags.later]\nimportance = 9\n")
        file.write('[tags.short]\nrule = "n_words < 5"\nimportance = 2\n')
    with Project.open(project.path) as opened:
        yield opened


def factors(found):
    return {row.tag: (row.importance, row.ease) for row in found.tags if row.rank}


def test_factors_of_tags_outside_this_analysis_are_no_mistake(weighed):
    assert factors(weighed.analyze_errors(tags=["dim"])) == {"dim": (1, 3)}
    assert factors(weighed.analyze_errors()) == {"dim": (1, 3), "short": (2, 1)}


def test_peoples_rates_of_tags_outside_this_analysis_are_no_mistake():
    human = {"dim": 0.1, "short": 0.2, "y=1": 0.3, "typing eror": 0.4}
    tags = {"short": {"rule": "n_words < 5"}, "dim": {}}
    settings = {"errors": {"human": human}, "tags": tags}
    assert options(settings)["human"] == {"dim": 0.1, "short": 0.2, "typing eror": 0.4}
    assert options(settings, tags=["y"])["human"] == {"y=1": 0.3, "typing eror": 0.4}
    rules = ["y", {"short": "n_words < 9"}]
    assert "dim" not in options(settings, tags=rules)["human"]
    assert options({"errors": {"human": {"dim": 0.1}}}, tags="y").get("human") is None
    assert options({"errors": {"human": human}})["human"] == human  # the data decide on the tags


def test_a_factor_that_is_said_replaces_that_of_its_tag_only(weighed):
    found = weighed.analyze_errors(importance={"dim": 4}, ease={"dim": 0.5})
    assert factors(found) == {"dim": (4, 0.5), "short": (2, 1)}
    with pytest.raises(InputError, match="later"):
        weighed.analyze_errors(importance={"later": 2})


def test_a_run_that_is_not_there(project):
    with pytest.raises(InputError, match=r"There is no run 'frist'\. Did you mean 'first'\?"):
        project.analyze_errors("frist")
