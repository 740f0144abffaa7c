"""`import tagline` loads nothing heavy, so that a command or a script starts at once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "alembic",
    "altair",
    "deltalake",
    "duckdb",
    "ibis",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "pydantic",
    "pyspark",
    "rapidfuzz",
    "scipy",
    "sklearn",
    "sqlalchemy",
    "sqlglot",
    "vl_convert",
}


def loaded_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh Python holds after the statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


@pytest.mark.parametrize(
    "statement",
    ["import tagline", "import tagline; dir(tagline); tagline.__version__", "import tagline.cli"],
)
def test_heavy_packages_stay_out(statement):
    assert not loaded_after(statement) & HEAVY


def test_server_packages_stay_out_of_the_function():
    loaded = loaded_after("import tagline; tagline.analyze_errors")
    assert not loaded & {"alembic", "deltalake", "pyspark", "sqlalchemy", "vl_convert"}
