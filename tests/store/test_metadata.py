import json
import multiprocessing
import sqlite3
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tagline.exceptions import InputError, MissingExtraError
from tagline.store import ImportRecord, Metadata, RunRecord

RUN = RunRecord(
    name="first",
    label="y",
    prediction="yhat",
    examples_version=3,
    predictions_version=1,
    examples_fingerprint="e" * 64,
    predictions_fingerprint="p" * 64,
    predictions=10,
    parameters={"depth": 3, "where": "ü"},
)
DONE = ImportRecord(
    run="first",
    source="predictions.csv",
    fingerprint="f" * 64,
    rows=10,
    examples_new=7,
    examples_known=3,
    examples_filled=0,
    predictions_new=10,
    predictions_known=0,
    left_out={"no id": 2},
)


@pytest.fixture
def store(address):
    with Metadata(address, "speech") as store:
        yield store


def test_what_is_recorded_is_read_back(store):
    before = datetime.now(UTC) - timedelta(seconds=1)
    made = store.record_import(RUN, DONE)
    assert replace(made, created_at=None) == RUN
    assert before < made.created_at < datetime.now(UTC) + timedelta(seconds=1)
    assert made.created_at.utcoffset() == timedelta(0)
    assert store.runs == [made]
    assert store.run() == store.run("first") == made
    assert [replace(each, created_at=None) for each in store.imports] == [DONE]


def test_a_second_import_moves_the_run_to_the_newer_versions(store):
    made = store.record_import(RUN, DONE)
    newer = replace(RUN, predictions_version=2, examples_version=4, predictions=20)
    assert store.record_import(newer, DONE) == replace(newer, created_at=made.created_at)
    assert len(store.runs) == 1
    assert len(store.imports) == 2


def test_an_import_that_finishes_late_does_not_move_the_run_back(store):
    newer = replace(RUN, predictions_version=2)
    made = store.record_import(newer, DONE)
    assert store.record_import(RUN, DONE) == made


def test_an_import_that_changed_nothing_leaves_the_run_as_it_is(store):
    made = store.record_import(RUN, DONE)
    same = replace(DONE, examples_new=0, predictions_new=0)
    assert store.record_import(replace(RUN, examples_version=9), same) == made


def test_the_run_that_was_made_last(store):
    for name in ("first", "second"):
        store.record_import(replace(RUN, name=name), replace(DONE, run=name))
    assert store.run().name == "second"
    assert [run.name for run in store.runs] == ["first", "second"]


def test_a_run_that_is_not_there(store):
    with pytest.raises(InputError, match="The project 'speech' has no run yet: bring predictions"):
        store.run()
    store.record_import(RUN, DONE)
    with pytest.raises(InputError, match=r"There is no run 'frist'\. Did you mean 'first'\?"):
        store.run("frist")


def test_it_is_there_when_opened_again(address):
    with Metadata(address, "speech", new=True) as store:
        made = store.record_import(RUN, DONE)
    with Metadata(address, "speech") as store:
        assert store.runs == [made]
    with pytest.raises(InputError, match="has a project 'speech' already: choose another name"):
        Metadata(address, "speech", new=True)


def _record(address, name):
    with Metadata(address, "speech") as store:
        for number in range(5):
            store.record_import(replace(RUN, name=f"{name}-{number}"), DONE)
            store.record_import(replace(RUN, name="shared", predictions_version=number), DONE)


def test_several_processes_write_at_once(address):
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_record, args=(address, name)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    with Metadata(address, "speech") as store:
        assert len(store.runs) == 2 * 5 + 1
        assert len(store.imports) == 2 * 10
        assert store.run("shared").predictions_version == 4


def test_a_new_file_that_another_process_holds_is_waited_for(tmp_path):
    other = sqlite3.connect(tmp_path / "m.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    done = threading.Timer(0.2, other.rollback)
    done.start()
    with Metadata(tmp_path / "m.db", "speech") as store:
        assert store.runs == []
    done.join()
    other.close()


def test_the_password_is_never_shown(store):
    assert "secret" not in repr(store)
    assert "secret" not in store.address


@pytest.mark.needs("postgresql")
def test_projects_share_a_server_without_seeing_each_other(postgresql, new_database):
    address = new_database(postgresql)
    with Metadata(address, "speech") as one, Metadata(address, "images") as two:
        one.record_import(RUN, DONE)
        assert two.runs == []
        assert two.imports == []
        two.record_import(RUN, DONE)
        assert len(one.runs) == len(two.runs) == 1


def test_a_file_belongs_to_one_project(tmp_path):
    Metadata(tmp_path / "m.db", "speech").close()
    with pytest.raises(InputError, match="belongs to the project 'speech', not to 'images'"):
        Metadata(tmp_path / "m.db", "images")


def test_sqlite_is_set_for_many_writers(tmp_path):
    with Metadata(tmp_path / "m.db", "speech") as store, store.reading() as session:
        connection = session.connection()
        pragma = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        }
    assert pragma == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 30_000}


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("mysql://u:secret@db/x", "must be a PostgreSQL or SQLite database. Got a URL for 'mysql'"),
        ("postgresql://u:secret@host:port/x", "The address of the store is no URL"),
        ("sqlite://", "must name a file"),
        ("postgresql://u:secret@127.0.0.1:1/x", "cannot be used: .*refused"),
        ("/no/such/folder/metadata.db", "The store /no/such/folder/metadata.db cannot be used"),
    ],
)
def test_an_address_that_cannot_be_opened(address, message):
    with pytest.raises(InputError, match=message) as error:
        Metadata(address, "speech")
    assert "secret" not in str(error.value)


def test_a_file_that_is_no_database(tmp_path):
    (tmp_path / "m.db").write_text(json.dumps(["no database"] * 100))
    with pytest.raises(InputError, match="cannot be used: file is not a database"):
        Metadata(tmp_path / "m.db", "speech")


def test_postgresql_without_its_driver(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'tagline\[postgres\]'"):
        Metadata("postgresql://u@db/x", "speech")


@pytest.mark.needs("postgresql")
def test_a_server_that_goes_away(postgresql, new_database):
    import psycopg

    address = new_database(postgresql)
    with Metadata(address, "speech") as store:
        with psycopg.connect(f"{postgresql}/postgres", autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {address.rpartition('/')[2]} WITH (FORCE)")
        with pytest.raises(InputError, match=r"The store postgresql://.* cannot be used") as error:
            store.run()
    assert "secret" not in str(error.value)


def test_nothing_is_left_open(tmp_path):
    Metadata(tmp_path / "m.db", "speech").close()
    assert [file.name for file in tmp_path.iterdir()] == ["m.db"]  # the log is gone with the last


def test_nothing_is_left_open_where_the_store_is_refused(tmp_path):
    Metadata(tmp_path / "m.db", "speech").close()
    with pytest.raises(InputError, match="belongs to the project 'speech'"):
        Metadata(tmp_path / "m.db", "vision")
    assert [file.name for file in tmp_path.iterdir()] == ["m.db"]
