"""A project behind a server, and browsers that are logged in to it; nothing touches a network."""

from __future__ import annotations

import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from tagline.project import Project
from tagline.store.people_records import ROLES
from tagline.web import Options, create_app
from tagline.web.passwords import hash_password

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

PASSWORD = "a horse and a battery"
ROWS = {
    "example_id": [f"e{number}" for number in range(40)],
    "text": [f"<b>text</b> {number}" for number in range(40)],
    "y": ["yes", "no"] * 20,
    "said": ["yes", "no", "yes", "yes"] * 10,
    "noisy": [number % 5 == 0 for number in range(40)],
    "device": ["a", "b", "c", "d"] * 10,
}


@pytest.fixture(autouse=True)
def no_store_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TAGLINE_STORE_URL", raising=False)


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hash passwords in a millisecond: that it takes long elsewhere is no matter of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr("tagline.web.passwords._hasher", lambda: quick)
        yield


@pytest.fixture(scope="session")
def password_hash(quick_passwords: None) -> str:
    return hash_password(PASSWORD)


@pytest.fixture(scope="session")
def made_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project with a run, `first`, of 40 examples: to be copied."""
    folder = tmp_path_factory.mktemp("made") / "speech"
    with Project.init(folder, name="speech") as project:
        project.add_predictions(ROWS, run="first", label="y", prediction="said", input="text")
    return folder


@pytest.fixture
def project(tmp_path: Path, made_project: Path) -> Iterator[Project]:
    """A project with a run, `first`, of 40 examples."""
    shutil.copytree(made_project, tmp_path / "speech")
    with Project.open(tmp_path / "speech") as project:
        yield project


@pytest.fixture
def people(project: Project, password_hash: str) -> dict[str, int]:
    """Somebody in each role, named as it; the keys of them."""
    from tagline.store import People

    made = People(project.store)
    return {role: made.add(role, role, password_hash).id for role in ROLES}


@pytest.fixture
def app(project: Project, people: dict[str, int]) -> Iterator[object]:
    app = create_app(project)
    yield app
    app.state.server.close()


class Browser(TestClient):
    """A browser: keeps cookies, and sends our token with what it changes."""

    def csrf(self, path: str = "/login") -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get(path).text)
        assert found, f"no token on {path}"
        return found[1]

    def submit(self, path: str, data: dict | None = None, **options: object) -> object:
        """Send a form as a page of ours would."""
        return self.post(path, data={**(data or {}), "csrf": self.csrf()}, **options)

    def log_in(self, name: str, password: str = PASSWORD) -> object:
        return self.submit("/login", {"name": name, "password": password})


@pytest.fixture
def browser(app: object) -> Callable[..., Browser]:
    """What opens a browser; with a role it is logged in, by a session made beside the login."""

    def open_browser(role: str | None = None, **options: object) -> Browser:
        from tagline.web.cookies import SESSION

        made = Browser(app, base_url="http://localhost", **options)
        if role is not None:
            server = app.state.server
            person = next(each for each in server.people.all if each.name == role)
            secret = server.bearers.begin_session(person.id)
            made.cookies.set(SESSION, server.signer.dumps(SESSION, secret))
        return made

    return open_browser


@pytest.fixture
def browser_of() -> Iterator[Callable[[Any], Browser]]:
    """What opens a browser at a server that the test made, which is closed at the end."""
    seen = []

    def open_browser(app: Any) -> Browser:
        seen.append(app)
        return Browser(app, base_url="http://localhost")

    yield open_browser
    for app in seen:
        app.state.server.close()


@pytest.fixture
def open_server(project: Project) -> Iterator[Browser]:
    """A browser at a server without login."""
    app = create_app(project, Options(login=False, user="ann"))
    yield Browser(app, base_url="http://localhost")
    app.state.server.close()
