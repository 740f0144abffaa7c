"""Imports join knowledge: in any order, in any pieces, any number of times, the result is one."""

import multiprocessing

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagline.exceptions import ConflictError
from tagline.project import Project

TRUTH = {f"e{n}": {"y": n % 3, "dim": n % 2 == 0, "text": f"text {n}"} for n in range(6)}

# pieces of what is true: some ids, and of each some columns
pieces = st.lists(
    st.dictionaries(
        st.sampled_from(sorted(TRUTH)),
        st.sets(st.sampled_from(["y", "dim", "text"])),
        min_size=1,
    ),
    min_size=1,
    max_size=4,
)


def piece_table(piece):
    rows = [
        {
            "example_id": key,
            **{name: TRUTH[key][name] if name in shown else None for name in ("y", "dim", "text")},
            "p": len(key),
        }
        for key, shown in piece.items()
    ]
    return pa.Table.from_pylist(rows)


def examples(project):
    run = project.runs[-1]
    table = project.predictions(run.name)
    rows = project.connection.fetch(table).to_pylist()
    names = ("y", "dim", "text", "p")
    return {row["example_id"]: tuple(row.get(name) for name in names) for row in rows}


@settings(max_examples=8)  # each is many imports
@given(pieces=pieces, data=st.data())
def test_order_and_repetition_do_not_matter(tmp_path_factory, pieces, data):
    shuffled = data.draw(st.permutations(pieces + pieces[:1]))
    found = []
    for each in (pieces, shuffled):
        with Project.init(tmp_path_factory.mktemp("p")) as project:
            for piece in each:
                project.add_predictions(piece_table(piece), run="r", label=None, prediction="p")
            found.append(examples(project))
    assert found[0] == found[1]
    expected = {
        key: tuple(
            TRUTH[key][name] if any(name in piece.get(key, ()) for piece in pieces) else None
            for name in ("y", "dim", "text")
        )
        for piece in pieces
        for key in piece
    }
    assert {key: values[:3] for key, values in found[0].items()} == expected


@settings(max_examples=10)
@given(
    known=st.dictionaries(st.sampled_from("abc"), st.integers(0, 2) | st.none(), min_size=1),
    incoming=st.dictionaries(st.sampled_from("abc"), st.integers(0, 2) | st.none(), min_size=1),
)
def test_a_conflict_is_a_known_value_that_differs(tmp_path_factory, known, incoming):
    def table(labels):
        return pa.table(
            {
                "example_id": list(labels),
                "y": pa.array(labels.values(), pa.int64()),
                "p": [0] * len(labels),
            }
        )

    shared = known.keys() & incoming.keys()
    clash = {k for k in shared if None not in {known[k], incoming[k]} and known[k] != incoming[k]}
    with Project.init(tmp_path_factory.mktemp("p")) as project:
        project.add_predictions(table(known), run="r", label="y", prediction="p")
        if clash:
            with pytest.raises(ConflictError, match=f"The example '{min(clash)}'"):
                project.add_predictions(table(incoming), run="r", label="y", prediction="p")
        else:
            project.add_predictions(table(incoming), run="r", label="y", prediction="p")
        new = 0 if clash else len(incoming.keys() - known.keys())
        assert project.lake.rows("examples") == len(known) + new


def _import(path, number):
    """Import a run of its own, and a part of one that all share; the examples overlap."""
    with Project.open(path) as project:
        for part in range(2):
            ids = list(range(part * 10 + number * 5, part * 10 + number * 5 + 10))
            data = {"example_id": ids, "y": [i % 2 for i in ids], "p": [i % 3 for i in ids]}
            for run in (f"run {number}", "shared"):
                project.add_predictions(data, run=run, label="y", prediction="p")


def test_several_processes_import_at_once(tmp_path):
    Project.init(tmp_path).close()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_import, args=(tmp_path, n)) for n in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    with Project.open(tmp_path) as project:
        assert project.lake.rows("examples") == 35
        assert sorted(run.name for run in project.runs) == [
            *(f"run {n}" for n in range(4)),
            "shared",
        ]
        rows = project.connection.fetch(project.predictions("shared").order_by("example_id"))
        assert sorted(map(int, rows["example_id"].to_pylist())) == list(range(35))
        assert project.store.run("shared").predictions == 35
        assert len(project.imports) == 16
