"""Signed addresses of images and clips: only pages of this project make them."""

from __future__ import annotations

import json

from fastapi import Request

from tagline.web.server import Server, server_of
from tagline.web.templating import link

__all__ = ["medium_address", "said_of_token"]

_NAME = "tagline_medium"


def medium_address(
    request: Request, kind: str, *, path: str | None = None, at: tuple[str, str, str] | None = None
) -> str:
    """Return the address of an input: a path as the data say it, or bytes in the data.

    Parameters
    ----------
    request : Request
    kind : {"image", "audio"}
    path : str, optional
    at : tuple of str, optional
        Run, column, example.

    Returns
    -------
    str
        Signed by the project; the same each time, so that browsers keep what they fetched.
    """
    said = json.dumps([path] if path is not None else list(at or ()), ensure_ascii=False)
    token = server_of(request).signer.dumps(_NAME, said)
    return link(request, f"/media/{kind}/{token}")


def said_of_token(server: Server, token: str) -> list[str] | None:
    """Return what an address names: a path, or run, column and example; None if it is not ours."""
    said = server.signer.loads(_NAME, token)
    return None if said is None else [str(each) for each in json.loads(said)]
