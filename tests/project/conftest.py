from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tagline.project import Project


@pytest.fixture(autouse=True)
def no_store_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAGLINE_STORE_URL", raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with Project.init(tmp_path / "speech") as project:
        yield project
