"""The cookies of the server, and the tokens by which a form proves that it is ours."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from fastapi import Request
from itsdangerous import BadSignature, URLSafeSerializer
from starlette.responses import Response

__all__ = ["BROWSER", "SAID", "SESSION", "Signer", "drop_cookie", "set_cookie"]

SESSION = "tagline_session"
BROWSER = "tagline_browser"  # says which browser it is before anybody logs in
SAID = "tagline_said"  # what the next page says once
_MONTH = 30 * 24 * 3600


class Signer:
    """Signs cookies, and makes and checks the tokens of forms.

    Parameters
    ----------
    key : str
        A secret of the project.

    Examples
    --------
    >>> signer = Signer("secret")
    >>> signer.loads("tagline_said", signer.dumps("tagline_said", "Done."))
    'Done.'
    >>> signer.loads("tagline_session", signer.dumps("tagline_said", "Done."))
    >>> signer.form_token_fits("ann's browser", signer.form_token("ann's browser"))
    True
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def dumps(self, name: str, value: str) -> str:
        """Return the value of a cookie, signed for this cookie only."""
        return str(URLSafeSerializer(self._key, salt=name).dumps(value))

    def loads(self, name: str, signed: str | None) -> str | None:
        """Return what a cookie says; None where it is missing or its signature is wrong."""
        if signed is None or len(signed) > 4096:
            return None
        try:
            value = URLSafeSerializer(self._key, salt=name).loads(signed)
        except BadSignature:
            return None
        return value if isinstance(value, str) else None

    def form_token(self, bearer: str) -> str:
        """Return a token for forms of one browser.

        It differs each time, so that the compressed size of a page says nothing about it.
        """
        salt = secrets.token_urlsafe(12)
        return f"{salt}.{self._digest(bearer, salt)}"

    def form_token_fits(self, bearer: str, token: str) -> bool:
        """Return whether this server made the token for this browser."""
        salt, dot, digest = token.partition(".")
        fits = hmac.compare_digest(digest.encode(), self._digest(bearer, salt).encode())
        return bool(dot) and fits

    def _digest(self, bearer: str, salt: str) -> str:
        text = f"form\0{salt}\0{bearer}".encode()
        return hmac.new(self._key.encode(), text, hashlib.sha256).hexdigest()


def set_cookie(
    request: Request, response: Response, name: str, value: str, *, seconds: int = _MONTH
) -> None:
    """Set a cookie that no script reads and no other site's form brings along."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path=request.scope.get("root_path") or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path=request.scope.get("root_path") or "/")
