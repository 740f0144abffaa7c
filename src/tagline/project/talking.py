"""Requests to a Tagline server, by the standard library."""

from __future__ import annotations

import http.client
import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from tagline.exceptions import ConflictError, InputError

__all__ = ["TOKEN_FILE_VARIABLE", "TOKEN_VARIABLE", "Server", "is_server"]

TOKEN_VARIABLE = "TAGLINE_TOKEN"
TOKEN_FILE_VARIABLE = "TAGLINE_TOKEN_FILE"
_SECONDS = 600  # the server may have to count first


def is_server(path_or_url: object) -> bool:
    """Return whether this is the address of a server.

    Examples
    --------
    >>> is_server("https://tagline.example.org/speech"), is_server("speech")
    (True, False)
    """
    return str(path_or_url).lower().startswith(("http://", "https://"))


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Refuses to take the token elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        """Follow nothing."""


class Server:
    """A Tagline server and the token for it.

    Parameters
    ----------
    url : str
    token : str, optional
        See `RemoteProject`.

    Raises
    ------
    InputError
        If it is no address of a server, or the file with the token cannot be read.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url)
        if not is_server(url) or not parts.hostname or parts.username is not None:
            raise InputError(
                "The address of a server is http://HOST or https://HOST, without name and password."
            )
        self.url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
        self._token = _token() if token is None else token
        self._opener = urllib.request.build_opener(_NoRedirect)

    def ask(self, path: str, query: Mapping[str, Any] | None = None) -> Any:
        """Return the JSON that the server has at an address below /api/v1.

        Parameters
        ----------
        path : str
        query : mapping, optional
            None is left out, a list is repeated.

        Returns
        -------
        object

        Raises
        ------
        InputError
            If the server refuses, is not there, or is no Tagline.
        """
        return self._request(path, query or {}, None, {})

    def send(self, path: str, query: Mapping[str, Any], file: Path, kind: str) -> Any:
        """Send a file, and return the JSON that the server answers.

        Raises
        ------
        InputError
            As `ask`.
        """
        headers = {"Content-Type": kind, "Content-Length": str(file.stat().st_size)}
        with file.open("rb") as body:
            return self._request(path, query, body, headers)

    def _request(
        self, path: str, query: Mapping[str, Any], body: Any, headers: dict[str, str]
    ) -> Any:
        given = {name: value for name, value in query.items() if value is not None}
        address = f"{self.url}/api/v1{path}"
        address += f"?{urlencode(given, doseq=True)}" if given else ""
        said = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", **headers}
        request = urllib.request.Request(
            address, data=body, headers=said, method="GET" if body is None else "POST"
        )
        try:
            with self._opener.open(request, timeout=_SECONDS) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(self.url, error.code, error.read()) from None
        except urllib.error.URLError as error:
            raise InputError(f"{self.url} cannot be reached: {_reason(error.reason)}.") from None
        except (OSError, http.client.HTTPException) as error:
            raise InputError(f"{self.url} broke the connection off: {_reason(error)}.") from None
        except ValueError:
            raise InputError(f"{self.url} does not answer as a Tagline server does.") from None


def _token() -> str:
    if token := os.environ.get(TOKEN_VARIABLE):
        return token.strip()
    file = os.environ.get(TOKEN_FILE_VARIABLE)
    if not file:
        return "none"  # a server without login takes any
    try:
        return Path(file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise InputError(
            f"{file}, which {TOKEN_FILE_VARIABLE} names, cannot be read: {reason}."
        ) from None


def _refusal(url: str, code: int, body: bytes) -> InputError:
    """Return what the server said as the error that it would be here."""
    try:
        sentence = str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return InputError(f"{url} does not answer as a Tagline server does (it says {code}).")
    if code == 401:
        return InputError(
            f"{url} does not take the token: make one under My account, and set {TOKEN_VARIABLE}"
            f" or {TOKEN_FILE_VARIABLE}."
        )
    return (ConflictError if code == 409 else InputError)(sentence)


def _reason(error: Any) -> str:
    return str(getattr(error, "strerror", None) or error).strip().rstrip(".").lower()
