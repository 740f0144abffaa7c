"""What there is: the project, its runs and its imports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel

from tagline.web.api.failures import FAILURES
from tagline.web.server import server_of
from tagline.web.visitors import Visitor, requires

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["runs"], responses=FAILURES)
Viewer = Annotated[Visitor, requires("viewer")]


class ProjectAnswer(BaseModel):
    """The project that this server serves, and who asks."""

    name: str
    person: str
    role: str
    runs: int


class RunAnswer(BaseModel):
    """One run."""

    name: str
    label: str | None
    prediction: str
    predictions: int
    examples_version: int
    examples_fingerprint: str
    predictions_version: int
    predictions_fingerprint: str
    description: str
    parameters: dict[str, Any]
    created_at: datetime | None


class ImportAnswer(BaseModel):
    """One finished import."""

    run: str
    source: str
    fingerprint: str
    rows: int
    examples_new: int
    examples_known: int
    examples_filled: int
    predictions_new: int
    predictions_known: int
    left_out: dict[str, int]
    created_at: datetime | None


@router.get("/project")
def project(request: Request, visitor: Viewer) -> ProjectAnswer:
    """Say which project this is, and as whom you ask."""
    server = server_of(request)
    role = visitor.person.role if visitor.person else ""
    runs = len(server.served.project.runs)
    return ProjectAnswer(name=server.name, person=visitor.name, role=role, runs=runs)


@router.get("/runs")
def runs(request: Request, visitor: Viewer) -> list[RunAnswer]:
    """Return the runs, the oldest first."""
    found = server_of(request).served.project.runs
    return [RunAnswer.model_validate(each, from_attributes=True) for each in found]


@router.get("/imports")
def imports(request: Request, visitor: Viewer) -> list[ImportAnswer]:
    """Return the log of finished imports, the oldest first."""
    found = server_of(request).served.project.imports
    return [ImportAnswer.model_validate(each, from_attributes=True) for each in found]
