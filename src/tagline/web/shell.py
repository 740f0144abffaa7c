"""What surrounds every request: who may call, how much may come in, what goes with an answer."""

from __future__ import annotations

from pathlib import Path

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tagline.web.failures import fault_answer
from tagline.web.server import Options, path_of

__all__ = ["Shell"]

_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


class _TooLargeError(Exception):
    """More came in than is allowed."""


class Shell:
    """The outermost layer of the server, as ASGI middleware.

    Parameters
    ----------
    app : ASGI application
    options : Options
    faults : Path
        The folder for reports of faults.
    """

    def __init__(self, app: ASGIApp, options: Options, faults: Path) -> None:
        self._app, self._options, self._faults = app, options, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._options.root_path:
            scope = {**scope, "root_path": self._options.root_path}
        headers = Headers(scope=scope)
        secure = scope.get("scheme") == "https"
        begun: list[bool] = []
        send = _with_headers(send, begun, secure=secure)
        if not self._is_called_rightly(headers.get("host", "")):
            text = "This server is not called so: see the option --allow-host of `tagline serve`."
            await PlainTextResponse(text, 421)(scope, receive, send)
            return
        limit = self._limit(scope)
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > limit:
            await _too_large(limit)(scope, receive, send)
            return
        try:
            await self._app(scope, _at_most(receive, limit), send)
        except _TooLargeError:
            if not begun:
                await _too_large(limit)(scope, receive, send)
        except Exception as error:  # the one boundary: a fault becomes a report
            if begun:
                raise
            answer = fault_answer(Request(scope), error, self._faults)
            await answer(scope, receive, send)

    def _is_called_rightly(self, host: str) -> bool:
        """Return whether the name is ours: a page elsewhere may point its own name at loopback."""
        if self._options.hosts is None:
            return True
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return name.lower() in self._options.hosts

    def _limit(self, scope: Scope) -> int:
        large = path_of(scope) == "/api/v1/imports"
        return self._options.largest_import if large else self._options.largest_body


def _too_large(limit: int) -> JSONResponse:
    return JSONResponse({"error": f"A request may have at most {limit:,} bytes here."}, 413)


def _at_most(receive: Receive, limit: int) -> Receive:
    """Count what comes in, whatever its length was said to be."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _TooLargeError
        return message

    return counted


def _with_headers(send: Send, begun: list[bool], *, secure: bool) -> Send:
    """Add the headers that protect a page, where the route did not set its own."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun.append(True)
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            if secure:
                headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        await send(message)

    return sent
