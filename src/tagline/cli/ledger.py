"""`tagline ledger`: what the rankings of a project promised, and what came."""

from __future__ import annotations

from typing import Annotated

from tagline.cli import options as shared
from tagline.cli.options import DATA, option

__all__ = ["ledger"]


def ledger(
    *,
    project: Annotated[
        str, option("A folder in the project. Default: this one.", DATA, "FOLDER")
    ] = ".",
    html: shared.Html = None,
    csv: shared.Csv = None,
    markdown: shared.Markdown = None,
    json: shared.Json = False,
) -> int:
    """Show what each comparison of the project promised by tag, and what came."""
    from tagline.cli.output import Output
    from tagline.project import Project

    output = Output(json, html, csv, markdown)
    output.check()
    with Project.open(project) as opened:
        output.show(opened.ledger)
    return 0
