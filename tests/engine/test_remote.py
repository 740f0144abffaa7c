"""Servers that do not answer and drivers that refuse: one sentence each."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.registry import _registry, known_implementations

from tagline.engine import remote, source
from tagline.engine.spark_logs import quiet
from tagline.exceptions import InputError, MissingExtraError


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


class Refusing(fsspec.AbstractFileSystem):
    """Raises, whatever it is asked for."""

    error: ClassVar[Exception]
    cachable = False

    def info(self, path: str, **_: Any) -> Any:
        raise self.error

    ls = info


def refused(url: str) -> str:
    with pytest.raises(InputError) as caught:
        source(url)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_a_server_that_never_answers_is_given_up(
    silent: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "LIMIT", 0.2)
    url = f"{silent}/{name}"
    assert refused(url) == f"{url!r} cannot be read: its server did not answer within 0.2 seconds."


def test_settings_of_fsspec_come_first(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from aiohttp import ClientTimeout

    settings = {"client_kwargs": {"timeout": ClientTimeout(total=0.2)}}
    monkeypatch.setitem(fsspec.config.conf, "http", settings)
    assert "its server did not answer" in refused(f"{silent}/b.csv")


def test_a_server_that_is_not_there_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    url = f"http://127.0.0.1:{port}/a.csv"
    assert refused(url) == f"There is no file {url!r}, or its server does not answer."


@pytest.mark.parametrize(
    ("protocol", "error", "said"),
    [
        ("s3", PermissionError("Forbidden"), "(Forbidden): set AWS_PROFILE, or AWS_ACCESS_KEY_ID"),
        ("gs", OSError("Anonymous caller has no access"), "gcloud auth application-default login"),
        ("abfs", OSError("Unable to find credentials\nmore"), "set AZURE_STORAGE_CONNECTION_STR"),
        ("hdfs", OSError("dlopen(libjvm.so) failed\ndlopen ..."), "it needs Java and Hadoop's cli"),
        ("s3", OSError("Slow down.\nmore"), "/a.csv' cannot be read: Slow down."),
    ],
)
def test_what_a_driver_refuses_is_said_with_the_way_out(
    protocol: str, error: Exception, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = type("Kind", (Refusing,), {"protocol": protocol, "error": error})
    monkeypatch.setitem(_registry, protocol, kind)
    assert said in refused(f"{protocol}://bucket/a.csv")


def test_a_missing_driver_is_named_as_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = {"class": "tagline_nowhere.S3", "err": "Install s3fs"}
    monkeypatch.setitem(known_implementations, "s3", missing)
    monkeypatch.delitem(_registry, "s3", raising=False)
    with pytest.raises(MissingExtraError, match=r"needs the package 's3fs': pip install s3fs\.$"):
        source("s3://bucket/a.csv")


def test_a_log_of_ones_own_stays_with_spark() -> None:
    with quiet("-Dlog4j2.configurationFile=mine") as options:
        assert options == "-Dlog4j2.configurationFile=mine"
    with quiet("-Xmx1g") as options:
        assert options.startswith("-Xmx1g -Dlog4j2.configurationFile=file:/")
