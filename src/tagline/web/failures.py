"""What goes wrong becomes an answer: one sentence, as a page for people and JSON for programs."""

from __future__ import annotations

import secrets
import sys
import traceback
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from tagline.exceptions import ConflictError, InputError, MissingExtraError, TaglineError
from tagline.store import TooManyAttemptsError
from tagline.web.served import BusyError
from tagline.web.server import path_of
from tagline.web.templating import redirect, render, render_plain
from tagline.web.visitors import LoginNeededError

__all__ = ["answer_failures", "fault_answer", "wants_json"]

_TITLES = {
    400: "This request is not understood",
    401: "Log in first",
    403: "This is not yours to do",
    404: "There is no such page",
    405: "This cannot be done here",
    409: "Somebody else was faster",
    413: "This is too large",
    422: "This does not fit",
    429: "Too often",
    500: "This is a fault of Tagline",
    501: "A part is not installed",
    503: "The server is busy",
}
_STATUS: tuple[tuple[type[TaglineError], int], ...] = (
    (TooManyAttemptsError, 429),
    (BusyError, 503),
    (ConflictError, 409),
    (InputError, 422),
    (MissingExtraError, 501),
)


def wants_json(request: Request) -> bool:
    """Return whether the answer is for a program: below /api, or asked for by `Accept`."""
    path = path_of(request.scope)
    accept = request.headers.get("accept", "")
    return path.startswith("/api/") or ("application/json" in accept and "html" not in accept)


def answer_failures(app: FastAPI) -> None:
    """Register what answers for each kind of failure.

    Parameters
    ----------
    app : FastAPI
    """
    app.add_exception_handler(TaglineError, _refused)
    app.add_exception_handler(LoginNeededError, _login_needed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _not_valid)


def fault_answer(request: Request, error: BaseException, folder: Path) -> Response:
    """Answer for a fault of ours: nothing of it is shown but the number of its report.

    Parameters
    ----------
    request : Request
    error : BaseException
    folder : Path
        Where the report is written.

    Returns
    -------
    Response
        500.
    """
    number = secrets.token_hex(4)
    lines = [f"fault {number}: {request.method} {request.scope.get('path', '')}"]
    text = "\n".join([*lines, *traceback.format_exception(error)])
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"{number}.txt").write_text(text, encoding="utf-8", errors="backslashreplace")
        sys.stderr.write(f"Fault {number} of Tagline: see {folder / f'{number}.txt'}\n")
    except OSError:
        sys.stderr.write(text)
    sentence = f"The report has the number {number}: give it to whoever runs this server."
    return _answer(request, 500, sentence, plain=True)


def _refused(request: Request, error: Any) -> Response:
    status = next((code for kind, code in _STATUS if isinstance(error, kind)), 422)
    headers = {429: {"Retry-After": "900"}, 503: {"Retry-After": "5"}}.get(status)
    return _answer(request, status, str(error), headers)


def _login_needed(request: Request, _: Exception) -> Response:
    if wants_json(request) or request.method != "GET":
        sentence = "Log in, or send a token: Authorization: Bearer tagline_..."
        return _answer(request, 401, sentence, {"WWW-Authenticate": "Bearer"})
    path = path_of(request.scope)
    query = request.url.query
    return redirect(request, "/login", next=f"{path}?{query}" if query else path)


def _http(request: Request, error: Any) -> Response:
    sentence = str(error.detail)
    if error.status_code == 404 and sentence == "Not Found":
        sentence = "The address is wrong, or what it named is gone."
    if error.status_code == 405 and sentence == "Method Not Allowed":
        sentence = f"{request.method} is not possible at this address."
    return _answer(request, error.status_code, sentence, error.headers)


def _not_valid(request: Request, error: Any) -> Response:
    return _answer(request, 422, _fault_sentence(error.errors()))


def _fault_sentence(errors: Any) -> str:
    """Return the first fault of a request as a sentence."""
    first = errors[0]
    where = [str(each) for each in first["loc"] if each not in {"query", "body", "path", "header"}]
    what = first["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{'.'.join(where) or 'The request'}: {what[:1].lower()}{what[1:]}."


def _answer(
    request: Request,
    status: int,
    sentence: str,
    headers: Any = None,
    *,
    plain: bool = False,
) -> Response:
    """Return the failure as JSON or as a page; `plain` asks nothing of the store."""
    if wants_json(request):
        return JSONResponse({"error": sentence}, status, headers)
    title = _TITLES.get(status, "This did not work")
    template = "fault.html.j2" if plain else "failure.html.j2"
    if plain:
        return render_plain(request, template, status=status, title=title, sentence=sentence)
    response = render(request, template, status=status, title=title, sentence=sentence)
    response.headers.update(headers or {})
    return response
