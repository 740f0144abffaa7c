"""What all tests share: engines, system components that may be missing, Hypothesis' profile."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

REQUIRED = os.environ.get("TAGLINE_REQUIRE_COMPONENTS") == "1"  # the gate, not somebody's desk

os.environ.setdefault("TAGLINE_CACHE", tempfile.mkdtemp(prefix="tagline-cache-"))  # no user's

settings.register_profile(
    "tagline",
    # at a desk every run looks elsewhere and remembers what failed; the gate says the same twice
    database=None if REQUIRED else DirectoryBasedExampleDatabase(".cache/hypothesis"),
    derandomize=REQUIRED,
    deadline=None,  # the first example of a test pays for imports and a session
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
settings.load_profile("tagline")


def _java() -> bool:
    home = os.environ.get("JAVA_HOME")
    return bool(shutil.which("java") or (home and Path(home, "bin", "java").exists()))


def _chromium() -> bool:
    return any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def _postgresql() -> bool:
    found = shutil.which("pg_ctl") or sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    return bool(found)


COMPONENTS = {
    "java": (_java, "Spark needs Java 17: apt-get install openjdk-17-jre-headless"),
    "chromium": (_chromium, "the pages need a browser: apt-get install chromium"),
    "postgresql": (_postgresql, "the server's database: apt-get install postgresql"),
}


def pytest_configure(config: pytest.Config) -> None:
    # pyspark leaves its sockets to the Java process for the garbage collector to close.
    sockets = "unclosed .socket.*127.0.0.1"
    config.addinivalue_line("filterwarnings", f"ignore:{sockets}:ResourceWarning")
    warnings.filterwarnings("ignore", sockets, ResourceWarning)  # between the tests, too


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in item.iter_markers("needs"):
        present, how = COMPONENTS[marker.args[0]]
        if present():
            continue
        if REQUIRED:
            pytest.fail(f"{marker.args[0]} is missing: {how}", pytrace=False)
        pytest.skip(how)


@pytest.fixture(scope="session")
def spark() -> Iterator[Any]:
    """One local Spark session for the whole run: starting it takes seconds."""
    from tagline.engine import connect

    session = connect("local[2]?spark.sql.shuffle.partitions=2").handle
    yield session
    gateway = session.sparkContext._gateway
    session.stop()
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(30)


@pytest.fixture(params=["duckdb", pytest.param("spark", marks=pytest.mark.needs("java"))])
def engine(request: pytest.FixtureRequest) -> Any:
    """What to hand over as `engine=`: each test that asks for it runs on DuckDB and on Spark."""
    return "duckdb://" if request.param == "duckdb" else request.getfixturevalue("spark")
