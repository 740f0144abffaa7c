"""Listening: a port of this machine, who may call there, and what is said to whoever started it."""

from __future__ import annotations

import getpass
import ipaddress
import secrets
import signal
import socket
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Timer
from typing import Any

import uvicorn

from tagline.exceptions import InputError
from tagline.project import Project
from tagline.web.app import create_app
from tagline.web.passwords import hash_password
from tagline.web.server import Options, Server

__all__ = ["Listening", "serve"]

_HOURS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and for whom a server listens.

    Attributes
    ----------
    host : str
        A name or address of this machine.
    port : int
        0 takes a free one.
    login : bool
    enter : bool
        Whether a link is said that lets its first user in without a password, for a project that
        is thrown away.
    root_path : str
        As in `Options`.
    hosts : tuple of str
        Further names by which the server may be called.
    open : bool
        Whether a browser is opened.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    login: bool = True
    enter: bool = False
    root_path: str = ""
    hosts: tuple[str, ...] = ()
    open: bool = False


def serve(project: Project, listening: Listening) -> None:
    """Serve a project until somebody presses Ctrl-C or ends the process.

    Parameters
    ----------
    project : Project
        Open; it stays open.
    listening : Listening

    Raises
    ------
    InputError
        If the port is taken or the host is not of this machine, the path is none, or there would be
        no login on a server that other machines reach.
    """
    options = _options(listening)
    with closing(_bound(listening)) as bound:
        app = create_app(project, options)
        server: Server = app.state.server
        address = _address(bound, listening)
        first = _say(server, listening, address)
        config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False)
        if listening.open:
            Timer(0.5, webbrowser.open, [first]).start()
        with _ended_gently():
            uvicorn.Server(config).run(sockets=[bound])
    sys.stderr.write("\nEnded. What was done is kept.\n" if not listening.enter else "\nEnded.\n")


def _options(listening: Listening) -> Options:
    local = _is_loopback(listening.host)
    if not listening.login and not local:
        raise InputError(
            f"--no-login is for this machine only: {listening.host} is reached by others. Leave"
            " --host away, or let people log in."
        )
    root = listening.root_path.rstrip("/")
    if root and (not root.startswith("/") or "//" in root or not root.isprintable()):
        raise InputError(f"--root-path must be a path such as /tagline. Got {root!r} instead.")
    own = ("localhost", "127.0.0.1", "[::1]", listening.host.lower()) if local else ()
    hosts = (*own, *(each.lower() for each in listening.hosts))
    user = getpass.getuser() or "me"
    return Options(login=listening.login, user=user, root_path=root, hosts=hosts if hosts else None)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _bound(listening: Listening) -> socket.socket:
    """Take the port before anything else is done, so that a taken one is said in a sentence."""
    try:
        found = socket.getaddrinfo(
            listening.host, listening.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except socket.gaierror:
        raise InputError(
            f"There is no host {listening.host!r}: leave --host away, or name an address of this"
            " machine."
        ) from None
    family, kind, protocol, _, address = found[0]
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen(2048)
    except OSError as error:
        bound.close()
        where = f"Port {listening.port} of {listening.host}"
        raise InputError(
            f"{where} cannot be used ({(error.strerror or 'it is taken').lower()}): choose another"
            " with --port, or 0 for any."
        ) from None
    return bound


def _address(bound: socket.socket, listening: Listening) -> str:
    port = bound.getsockname()[1]
    host = f"[{listening.host}]" if ":" in listening.host else listening.host
    host = "localhost" if listening.host in {"0.0.0.0", "::"} else host
    return f"http://{host}:{port}{listening.root_path.rstrip('/')}"


def _say(server: Server, listening: Listening, address: str) -> str:
    """Say where the pages are and how to get in; return the address to open."""
    said = [f"Tagline shows {server.name!r} at {address}/"]
    first = f"{address}/"
    if listening.enter:
        first = f"{address}/enter/{_let_in(server)}"
        said = [f"Tagline shows {server.name!r}. Open this, it works once:", f"  {first}"]
    elif not listening.login:
        said.append("There is no login: every program of this machine can read and change it.")
    elif not server.links.has_administrator():
        secret = server.links.invite("admin", kind="first", lasts=_HOURS)
        first = f"{address}/join/{secret}"
        said.append("The first administrator is made here; the link works once, for a day:")
        said.append(f"  {first}")
    said.append("Ctrl-C ends it.")
    sys.stderr.write("\n".join(said) + "\n")
    sys.stderr.flush()
    return first


def _let_in(server: Server) -> str:
    """Make a link that lets the user of this computer in, once."""
    name = server.options.user
    nobody_knows = hash_password(secrets.token_urlsafe(24))
    person = server.people.find(name) or server.people.add(name, "admin", nobody_knows)
    return server.links.invite("admin", kind="enter", person=person.id, lasts=_HOURS)


@contextmanager
def _ended_gently() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the server, not the process in the middle of something."""

    def end(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGTERM, before)
