"""What all requests of a server share: the project, its people, the key that signs cookies."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from fastapi import Request

from tagline.project import Project
from tagline.store import Attempts, Bearers, Links, People, PersonRecord
from tagline.web.cookies import Signer
from tagline.web.served import Served
from tagline.web.static_files import StaticFiles

__all__ = ["Options", "Server", "path_of", "server_of"]


@dataclass(frozen=True, slots=True)
class Options:
    """How a server is set up.

    Attributes
    ----------
    login : bool
        False: whoever reaches the server is its administrator; for loopback only.
    user : str
        Whose name stands beside what is done without a login.
    root_path : str
        The path that a reverse proxy serves it under, such as ``"/tagline"``.
    hosts : tuple of str or None
        The names by which it may be called; None: any.
    largest_body, largest_import : int
        Bytes of a request; of an import.
    """

    login: bool = True
    user: str = "me"
    root_path: str = ""
    hosts: tuple[str, ...] | None = None
    largest_body: int = 1_000_000
    largest_import: int = 4_000_000_000


@dataclass(eq=False)
class Server:
    """A project with what lets people in.

    Parameters
    ----------
    project : Project
        Open; whoever opened it closes it, after `close`.
    options : Options
    """

    project: Project
    options: Options
    served: Served = field(init=False)
    static: StaticFiles = field(init=False, default_factory=StaticFiles)

    def __post_init__(self) -> None:
        self.served = Served(self.project)
        self.people = People(self.project.store)
        self.links = Links(self.project.store)
        self.bearers = Bearers(self.project.store)
        self.attempts = Attempts(self.project.store)

    @cached_property
    def signer(self) -> Signer:
        """What signs the cookies of this project."""
        return Signer(self.bearers.key())

    @cached_property
    def local_person(self) -> PersonRecord:
        """Whoever uses a server without login: its administrator."""
        known = self.people.get(self.people.person(self.options.user))
        return replace(known, role="admin")

    @property
    def name(self) -> str:
        """The name of the project."""
        return self.project.settings.project.name

    def close(self) -> None:
        """Close what was opened here."""
        self.served.close()


def server_of(request: Request) -> Server:
    """Return the server that a request came to."""
    found: Server = request.app.state.server
    return found


def path_of(scope: Any) -> str:
    """Return the path that a request asks for, without that of the reverse proxy before it.

    Examples
    --------
    >>> path_of({"path": "/lab/errors", "root_path": "/lab"}), path_of({"path": "/labs"})
    ('/errors', '/labs')
    """
    path, root = str(scope["path"]), str(scope.get("root_path", "")).rstrip("/")
    below = root and (path == root or path.startswith(f"{root}/"))
    return path.removeprefix(root) or "/" if below else path
