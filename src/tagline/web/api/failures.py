"""What the API says when it refuses: the same for all of it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

__all__ = ["FAILURES", "Failure"]


class Failure(BaseModel):
    """Why there is no answer."""

    error: str = Field(description="One sentence: what is wrong, where, and what to do.")


FAILURES: dict[int | str, dict[str, Any]] = {
    code: {"model": Failure, "description": text}
    for code, text in {
        400: "The request cannot be read.",
        401: "Nobody is logged in, and no token came along.",
        403: "Another role is needed.",
        404: "There is no such thing.",
        409: "Something else is stored, or somebody else was faster.",
        413: "More came than is allowed.",
        422: "An argument does not fit the data.",
        429: "Too often.",
        501: "A package is not installed on the server.",
        503: "The server is busy.",
    }.items()
}
