"""A whole project, with its metadata in each of the databases."""

import pytest

from tagline.exceptions import ConflictError, InputError
from tagline.project import Project

DATA = {"example_id": [1, 2], "y": [0, 1], "yhat": [0, 0]}


def test_a_project_round_trip(tmp_path, address, monkeypatch):
    monkeypatch.setenv("TAGLINE_STORE_URL", address)
    with Project.init(tmp_path / "p") as project:
        project.add_predictions(DATA, run="first", label="y", prediction="yhat")
        project.add_predictions(DATA, run="first", label="y", prediction="yhat")
        with pytest.raises(ConflictError):
            project.add_predictions({**DATA, "y": [1, 1]}, run="b", label="y", prediction="yhat")
        assert "secret" not in f"{project!r} {project.settings!r} {project.store!r} {vars(project)}"
    assert address not in (tmp_path / "p" / "tagline.toml").read_text()
    with Project.open(tmp_path / "p") as project:
        assert [run.name for run in project.runs] == ["first"]
        assert len(project.imports) == 2
        rows = project.connection.fetch(project.predictions().order_by("example_id"))
        assert rows["yhat"].to_pylist() == [0, 0]


@pytest.mark.needs("postgresql")
def test_two_folders_with_one_name_cannot_share_a_server(tmp_path, postgresql, new_database):
    store = new_database(postgresql).replace(":secret", "")
    Project.init(tmp_path / "a", name="speech", store=store).close()
    with pytest.raises(InputError, match=r"has a project 'speech' already: choose another name"):
        Project.init(tmp_path / "b", name="speech", store=store)
    assert not (tmp_path / "b" / "tagline.toml").exists()
    Project.init(tmp_path / "b", name="images", store=store).close()


def test_the_ledger_of_a_project(tmp_path, address, monkeypatch):
    monkeypatch.setenv("TAGLINE_STORE_URL", address)
    data = {"example_id": [1, 2, 3, 4], "y": [0, 1, 0, 1], "dim": [True, True, False, False]}
    runs = {"first": [1, 0, 0, 0], "second": [0, 0, 0, 1], "third": [0, 1, 0, 1]}
    with Project.init(tmp_path / "p") as project:
        for name, said in runs.items():
            project.add_predictions({**data, "yhat": said}, run=name, label="y", prediction="yhat")
        project.compare_runs("first", "second", human=0.0, tags="dim")
        project.compare_runs(human=0.0, tags="dim")
        project.compare_runs(human=0.0, tags="dim")
        written = project.ledger
    with Project.open(tmp_path / "p") as project:
        assert project.ledger.rows == written.rows
    found = [(r.before, r.tag, r.rank, r.predicted_gain, r.realised_gain) for r in written.rows]
    assert found == [
        ("second", "dim", 1, 0.25, 0.25),
        ("second", "(all)", None, 0.25, 0.25),
        ("first", "dim", 1, 0.5, 0.25),
        ("first", "(all)", None, 0.75, 0.5),
    ]
    said = "Of what was promised on the first 3 tags of 2 comparisons, "
    assert written.headline.startswith(said)
