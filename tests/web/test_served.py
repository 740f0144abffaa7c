"""The open project under many threads: answers are right, made once, kept while they are true."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from tagline.exceptions import InputError
from tagline.web import served as module
from tagline.web.served import BusyError, Served


@pytest.fixture
def served(project):
    served = Served(project)
    yield served
    served.close()


def test_an_analysis_is_that_of_the_project(served, project):
    found = served.analysis("first", tags=["noisy", "device"])
    assert found.to_dict() == project.analyze_errors("first", tags=["noisy", "device"]).to_dict()
    assert served.analysis("first", tags=["noisy", "device"]).ranking is found.ranking
    with pytest.raises(InputError, match="cannot go back to its data"):
        found.examples("noisy")
    with served.behind("first", tags=["noisy", "device"]) as behind:
        assert behind.examples("noisy").num_rows == 2
        assert behind.ranking is found.ranking


def test_many_threads_at_once(served, project):
    expected = {where: project.analyze_errors(where=where).to_dict() for where in conditions()}

    def ask(number):
        where = conditions()[number % 6]
        if number % 3 == 0:
            with served.behind(where=where) as behind:
                behind.examples("(all)")
                return where, behind.to_dict()
        if number % 3 == 1:
            with served.desk() as desk:
                desk.connection.fetch(desk.predictions().count())
        return where, served.analysis(where=where).to_dict()

    with ThreadPoolExecutor(12) as pool:
        for where, found in pool.map(ask, range(60)):
            assert found == expected[where]


def conditions():
    return [f"device <> '{each}'" for each in "abcd"] + ["not noisy", "y = 'yes'"]


def test_an_answer_is_made_once_whoever_asks_meanwhile(served):
    made, go = [], threading.Event()

    def make():
        made.append(threading.get_ident())
        go.wait(5)
        return object()

    with ThreadPoolExecutor(5) as pool:
        asked = [pool.submit(served.once, "key", make) for _ in range(5)]
        go.set()
        assert len({id(each.result()) for each in asked}) == 1
    assert len(made) == 1


def test_a_failure_is_not_kept(served):
    answers = iter([InputError("not yet"), 1])

    def make():
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return found

    with pytest.raises(InputError, match="not yet"):
        served.once("key", make)
    assert served.once("key", make) == 1
    with pytest.raises(InputError, match="There is no run 'frist'"):
        served.analysis("frist")


def test_answers_are_bounded(project):
    served = Served(project, kept=3)
    for number in range(10):
        served.once(number, lambda number=number: number)
    assert len(served._answers) == 3
    served.close()


def test_what_changes_the_project_makes_answers_anew(served, project):
    before = served.analysis()
    project.add_predictions(
        {"example_id": ["e0"], "said": ["no"]}, run="b", label=None, prediction="said"
    )
    assert served.analysis("first").ranking is not before.ranking
    assert served.analysis().n_examples == 1
    stamp = served.stamp()
    with (project.path / "tagline.toml").open("a") as file:
        file.write('\n[tags.quiet]\nrule = "not noisy"\nimportance = 3\n')
    assert served.stamp() != stamp
    found = served.analysis("first")
    assert next(row for row in found.rows if row.tag == "quiet").importance == 3
    assert "quiet" in served.project.settings.tags


def test_a_mistake_in_the_settings_is_said_until_it_is_mended(served, project):
    path = project.path / "tagline.toml"
    text = path.read_text()
    path.write_text(text + "\n[tgas]\n")
    with pytest.raises(InputError, match="tgas"):
        served.analysis()
    path.write_text(text)
    assert served.analysis().n_examples == 40


def test_a_desk_is_not_waited_for_for_ever(project, monkeypatch):
    monkeypatch.setattr(module, "_PATIENCE", 0.05)
    served = Served(project, desks=1)
    with served.desk(), pytest.raises(BusyError, match="The server is counting for others"):
        served.analysis()
    assert served.analysis().n_examples == 40
    served.close()


def test_a_comparison_is_kept(served, project):
    rows = {"example_id": [f"e{n}" for n in range(40)], "said": ["yes"] * 40}
    project.add_predictions(rows, run="second", label=None, prediction="said")
    found = served.comparison("first", "second", tags=["noisy"])
    assert served.comparison("first", "second", tags=["noisy"]) is found
    assert replace(project.store.comparisons[0]).after == "second"


def test_desks_share_the_store_and_leave_it_open(served, project):
    with served.desk() as one, served.desk() as two:
        assert one is not two
        assert one.store is two.store is project.store
        assert one.connection.handle is not two.connection.handle
    served.close()
    assert project.analyze_errors().n_examples == 40
