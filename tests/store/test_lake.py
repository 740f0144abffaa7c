import multiprocessing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.store import Lake
from tagline.store.lake import ChangedMeanwhileError


def rows(*ids, **more):
    return pa.table({"example_id": pa.array(ids, pa.string()), **more})


def ids(lake, table="examples", version=None):
    found = [pq.read_table(path, columns=["example_id"]) for path in lake.files(table, version)]
    return sorted(pa.concat_tables(found).column(0).to_pylist()) if found else []


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path / "ein Ordner, ü#&+ 100%" / "lake")


def test_nothing_there(lake):
    assert lake.version("examples") is None
    with pytest.raises(InputError, match="There is no table 'examples' in the lake"):
        lake.files("examples")


def test_versions_stay_readable(lake):
    first = lake.append("examples", rows("a", "b"))
    second = lake.append("examples", rows("c"))
    third = lake.replace("examples", rows("z"), read_version=second, writer="w")
    assert first < second < third == lake.version("examples")
    assert ids(lake) == ["z"]
    assert ids(lake, version=first) == ["a", "b"]
    assert ids(lake, version=second) == ["a", "b", "c"]
    assert [lake.rows("examples", each) for each in (first, second, third)] == [2, 3, 1]


@settings(max_examples=25)  # each writes several files
@given(batches=st.lists(st.lists(st.text(min_size=1), max_size=5), max_size=4))
def test_what_is_appended_is_what_is_there(tmp_path_factory, batches):
    lake = Lake(tmp_path_factory.mktemp("lake"))
    for batch in batches:
        lake.append("a/table", rows(*batch))
    if batches:
        assert ids(lake, "a/table") == sorted(each for batch in batches for each in batch)
        assert lake.rows("a/table") == sum(map(len, batches))


def test_a_reader_is_written_batch_by_batch(lake):
    table = rows(*map(str, range(1000)))
    lake.append("examples", table.to_reader(max_chunksize=100))
    assert lake.rows("examples") == 1000


def test_new_columns_are_added_and_missing_ones_are_null(lake):
    lake.append("examples", rows("a", n=[1]))
    lake.append("examples", rows("b", words=[["x", "y"]]))
    assert lake.schema("examples").names == ["example_id", "n", "words"]
    assert lake.schema("examples", 1).names == ["example_id", "n"]


def test_files_are_on_disk_and_only_those_of_the_version(lake):
    lake.append("examples", rows("a"))
    lake.append("examples", rows("b"))
    assert all(Path(path).is_file() for path in lake.files("examples"))
    assert set(lake.files("examples", 1)) < set(lake.files("examples", 2))


def test_a_fingerprint_stands_for_the_version(lake):
    one = lake.append("examples", rows("a"))
    before = lake.fingerprint("examples")
    lake.append("examples", rows("b"))
    assert lake.fingerprint("examples") != before
    assert lake.fingerprint("examples", one) == before
    assert len(before) == 64


def test_a_version_that_is_not_there(lake):
    lake.append("examples", rows("a"))
    with pytest.raises(InputError, match=r"no version 7 of 'examples' .* The newest is 1"):
        lake.files("examples", 7)


@pytest.mark.parametrize("write", [Lake.append, Lake.replace])
def test_one_writer_never_overwrites_what_it_has_not_seen(lake, write):
    seen = lake.append("examples", rows("a"), writer="import")
    lake.append("examples", rows("b"), read_version=seen, writer="import")
    with pytest.raises(ChangedMeanwhileError):
        write(lake, "examples", rows("c"), read_version=seen, writer="import")
    assert ids(lake) == ["a", "b"]


def test_only_one_of_two_makes_the_table(lake):
    lake.append("examples", rows("a"), writer="import", read_version=None)
    with pytest.raises(ChangedMeanwhileError):
        lake.append("examples", rows("b"), writer="import", read_version=None)
    assert ids(lake) == ["a"]


def test_different_writers_do_not_exclude_each_other(lake):
    seen = lake.append("examples", rows("a"), writer="import")
    lake.append("examples", rows("b"))
    lake.append("examples", rows("c"), read_version=seen, writer="import")
    assert ids(lake) == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["100%20done", "data[1]", "what?"])
def test_a_folder_that_would_be_misread(tmp_path, name):
    with pytest.raises(InputError, match=r"misread .* Rename the folder, or set `store\.lake`"):
        Lake(tmp_path / name)


def _append(location, name, new_columns):
    lake = Lake(location)
    for number in range(5):
        more = {name: [number]} if new_columns else {}
        lake.append("events", rows(f"{name}-{number}", **more))


def test_appends_from_several_processes_lose_nothing(lake):
    context = multiprocessing.get_context("spawn")
    arguments = [(lake.location, name, name in "ab") for name in "abcd"]
    processes = [context.Process(target=_append, args=each) for each in arguments]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0, 0]
    assert ids(lake, "events") == sorted(f"{name}-{n}" for name in "abcd" for n in range(5))
