"""The metadata of every test in two databases: SQLite, and a PostgreSQL server that we start."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

_number = itertools.count(1)


def _binaries() -> Path:
    """Return the folder with `initdb`; the newest version where Debian keeps several."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    folders = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(folders, key=lambda folder: float(folder.parent.name))


def _as_user() -> list[str]:
    """PostgreSQL refuses to run as root: return what goes before its commands."""
    if os.geteuid():
        return []
    known = {user.pw_name for user in pwd.getpwall()}
    user = "postgres" if "postgres" in known else "nobody"
    return ["setpriv", "--reuid", user, "--regid", str(pwd.getpwnam(user).pw_gid), "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of our own on a free port of this machine; the address without a database."""
    folder = Path("/tmp") / f"tagline-postgresql-{os.getpid()}"  # another user must get there
    folder.mkdir(mode=0o755)
    before = _as_user()
    if before:
        shutil.chown(folder, before[2])
    bin_, port = _binaries(), _free_port()
    options = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off -c unix_socket_directories="
    )

    def run(program: str, *arguments: str) -> None:
        command = [*before, str(bin_ / program), "-D", "data", *arguments]
        subprocess.run(command, check=True, cwd=folder, capture_output=True)

    try:
        run("initdb", "-U", "tagline", "--auth=trust", "--no-sync", "--encoding=UTF8")
        run("pg_ctl", "-l", "log", "-w", "-o", options, "start")
        yield f"postgresql://tagline:secret@127.0.0.1:{port}"
        run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _new_database(server: str) -> str:
    import psycopg

    name = f"tagline_{next(_number)}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


@pytest.fixture(scope="session")
def new_database() -> Callable[[str], str]:
    """What makes an empty database on a server and returns its address."""
    return _new_database


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.needs("postgresql"))]
)
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'metadata.db'}"
    return _new_database(request.getfixturevalue("postgresql"))
