from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from tagline.exceptions import InputError
from tagline.store import ImportRecord, Metadata, RunRecord
from tagline.store.address import parse_address
from tagline.store.tables import Base
from tagline.store.upgrade import HEAD, VERSION_TABLE

DATABASES = Path(__file__).parent / "databases"
OLD_RUN = RunRecord(
    name="baseline",
    label="y",
    prediction="yhat",
    examples_version=1,
    predictions_version=1,
    examples_fingerprint="e" * 64,
    predictions_fingerprint="f" * 64,
    predictions=1000,
    parameters={"depth": 3},
    created_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
)
OLD_IMPORT = ImportRecord(
    run="baseline",
    source="baseline.csv",
    fingerprint="c" * 64,
    rows=1000,
    examples_new=990,
    examples_known=10,
    examples_filled=0,
    predictions_new=1000,
    predictions_known=0,
    created_at=datetime(2026, 11, 20, 9, 30, 1, tzinfo=UTC),
)
IMPORTS = {"0001": [], "0002": [OLD_IMPORT], "0003": [OLD_IMPORT], "0004": [OLD_IMPORT]}


@pytest.fixture
def run_sql(address):
    """What runs SQL on the database; its connection is closed at once, so that no lock stays."""

    def run(*statements):
        engine = create_engine(parse_address(address))
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement.replace("%", "%%"))
        engine.dispose()

    return run


@pytest.fixture(params=IMPORTS)
def step(request):
    """An older version of the tables."""
    return request.param


@pytest.fixture
def old(address, run_sql, step):
    """The address of a database as a migration left it, with a run."""
    kind = address.partition(":")[0]
    text = (DATABASES / f"{step}_{kind}.sql").read_text(encoding="utf-8")
    run_sql(*(line for line in text.splitlines() if not line.startswith("--")))
    return address


def test_an_old_database_is_upgraded_and_keeps_what_it_holds(old, step):
    with Metadata(old, "speech") as store:
        assert store.runs == [OLD_RUN]
        assert store.imports == IMPORTS[step]
        assert store.comparisons == []
    with Metadata(old, "speech") as store:
        assert store.run("baseline") == OLD_RUN


def test_migrations_end_at_the_tables_that_the_code_has(old):
    Metadata(old, "speech").close()
    engine = create_engine(parse_address(old))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, Base.metadata) == []
        assert set(inspect(connection).get_table_names()) == {*Base.metadata.tables, VERSION_TABLE}
    engine.dispose()


def test_a_database_of_every_older_version_is_tried():
    assert [*IMPORTS, HEAD] == [f"{number:04}" for number in range(1, int(HEAD) + 1)]


def test_a_newer_database_is_refused_and_left_alone(address, run_sql):
    Metadata(address, "speech").close()
    run_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(InputError, match=r"made by a newer Tagline .*upgrade with `pip install"):
        Metadata(address, "speech")


def test_the_newest_step_is_the_one_that_the_code_names():
    config = Config()
    config.set_main_option("script_location", "tagline.store:migrations")
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]
