"""A language model of the user's own, asked over HTTP; nothing is sent unless somebody says so."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from tagline.exceptions import InputError

__all__ = ["KEY_VARIABLE", "ask_model"]

KEY_VARIABLE = "TAGLINE_MODEL_KEY"
_SECONDS = 120
_MOST_BYTES = 5_000_000


class _Stay(HTTPRedirectHandler):
    """Follows no redirect: it becomes a refusal with its status."""

    def redirect_request(self, *_: Any) -> None:
        """Return no request to follow."""


def ask_model(endpoint: str, body: Mapping[str, Any]) -> Any:
    """Send one question to an OpenAI-compatible endpoint and return its answer.

    Parameters
    ----------
    endpoint : str
        Such as ``"http://localhost:11434/v1"``; ``/chat/completions`` is added where it is missing.
        The key, if it needs one, stands in the environment: ``TAGLINE_MODEL_KEY``.
    body : mapping
        The request.

    Returns
    -------
    object
        The JSON document.

    Raises
    ------
    InputError
        If the address is none, the endpoint refuses, or does not answer with JSON in two minutes.
    """
    place = urlsplit(endpoint)
    if place.scheme not in {"http", "https"} or not place.netloc:
        raise InputError(f"{endpoint!r} is no address of a model: write http://host:port/v1.")
    url = endpoint.rstrip("/")
    if not url.endswith("/chat/completions"):
        url += "/chat/completions"
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get(KEY_VARIABLE):
        headers["Authorization"] = f"Bearer {key}"
    request = Request(url, json.dumps(body).encode(), headers)
    try:
        # http and https only, see above; a redirect would take the key to another place
        with build_opener(_Stay).open(request, timeout=_SECONDS) as answer:
            read = answer.read(_MOST_BYTES + 1)
        if len(read) > _MOST_BYTES:
            raise InputError(f"{place.netloc} answers with more than 5 MB.")
        return json.loads(read)
    except HTTPError as error:
        raise InputError(f"{place.netloc} refuses with {error.code} {error.reason}.") from None
    except (URLError, TimeoutError, ConnectionError) as error:
        reason = getattr(error, "reason", error)
        raise InputError(f"{place.netloc} does not answer: {reason}.") from None
    except ValueError:
        raise InputError(f"{place.netloc} does not answer with JSON.") from None
