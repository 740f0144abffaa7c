"""Errors: which tag to fix next, with the weights at hand; and what is behind one tag."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from tagline.exceptions import InputError
from tagline.web.asked import Ask, AskedErrors, read_factors
from tagline.web.navigation import Entry
from tagline.web.ranked import Ranked, in_order, measures, ranked, shown, steps
from tagline.web.server import Server, server_of
from tagline.web.tag_addresses import examples_address
from tagline.web.tag_details import Details, details
from tagline.web.templating import link, redirect, render
from tagline.web.visitors import Visitor, requires
from tagline.web.weights import save_weights

__all__ = ["ENTRY", "router"]

ENTRY = Entry("Errors", "/errors", "viewer")
router = APIRouter(include_in_schema=False)
Viewer = Annotated[Visitor, requires("viewer")]
Editor = Annotated[Visitor, requires("editor")]
Texts = Annotated[list[str], Form(max_length=400)]

_COLUMNS = (  # the key to sort by, its head, how it stands, what it means
    ("tag", "tag", "", ""),
    ("support", "examples", "n", "share"),
    ("error_rate", "error rate", "picture", "error_rate"),
    ("error_share", "of errors", "n", "error_share"),
    ("gain", "gain", "", "gain"),
    ("importance", "importance", "", ""),
    ("ease", "ease", "", ""),
    ("priority", "priority", "n", "priority"),
    ("p_top", "in top", "n", "in top"),
)


@router.get("/errors")
def errors_page(
    request: Request,
    visitor: Viewer,
    ask: AskedErrors,
    was_importance: Annotated[list[str], Query(max_length=200)] = [],  # noqa: B006 - FastAPI copies
    was_ease: Annotated[list[str], Query(max_length=200)] = [],  # noqa: B006
) -> Response:
    """Show the ranking."""
    server = server_of(request)
    if not server.served.project.runs:
        return render(request, "errors_none.html.j2", what="Errors")
    undo = {"importance": was_importance[:100], "ease": was_ease[:100]}
    try:
        found = ranked(server.served, ask)
    except InputError as error:
        given = _around(request, server, ask) | {"wrong": str(error), "undo": undo}
        return render(request, "errors.html.j2", status=422, found=None, **given)
    return render(request, "errors.html.j2", **ranking_context(request, server, ask, found, undo))


@router.get("/errors/tag")
def tag_page(
    request: Request,
    visitor: Viewer,
    ask: AskedErrors,
    tag: Annotated[str, Query(max_length=300)],
    more: bool = False,
) -> Response:
    """Show what is behind a tag: the four questions, why it ranks there, its worst examples."""
    server = server_of(request)
    found = ranked(server.served, ask)
    behind: Details = details(request, server.served, ask, found, tag, more=more)
    context = _around(request, server, ask) | _addresses(request, ask, found)
    return render(request, "error_tag.html.j2", found=found, behind=behind, tag=tag, **context)


@router.post("/errors/weights")
def save(
    request: Request,
    visitor: Editor,
    importance: Texts = [],  # noqa: B006 - FastAPI copies it
    ease: Texts = [],  # noqa: B006
    back: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Write importance and ease into the vocabulary; the next page offers to undo it."""
    server = server_of(request)
    wanted = {
        "importance": read_factors("importance", importance),
        "ease": read_factors("ease", ease),
    }
    before = save_weights(server, wanted, by=visitor.name)
    names = sorted({*wanted["importance"], *wanted["ease"]})
    said = f"Saved: importance and ease of {', '.join(names[:5])}{' …' * (len(names) > 5)}."
    kept = {"run": back} if back else {}
    undo = {
        f"was_{name}": [f"{tag}={value:g}" for tag, value in each.items()] or None
        for name, each in before.items()
    }
    return redirect(request, "/errors", say=said if names else "Nothing to save.", **kept, **undo)


@router.get("/errors/report")
def report(request: Request, visitor: Viewer, ask: AskedErrors) -> Response:
    """Send the report: one file that opens offline."""
    served = server_of(request).served
    run = served.project.store.run(ask.run).name
    asked = Ask(run=run, measure=ask.measure, where=ask.where, sample=ask.sample, human=ask.human)
    with served.behind(run, **asked.options()) as analysis:
        changed = ranked(served, ask)
        rows = [row for row in changed.found.rows if row.rank is not None]
        weighed = analysis.reweight(
            {row.tag: row.importance for row in rows}, {row.tag: row.ease for row in rows}
        )
        page = weighed.to_html()
    name = "".join(char if char.isalnum() else "-" for char in run)[:60]
    headers = {"Content-Disposition": f'attachment; filename="errors-{name}.html"'}
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)


def ranking_context(
    request: Request,
    server: Server,
    ask: Ask,
    found: Ranked,
    undo: dict[str, list[str]],
) -> dict[str, Any]:
    """Return what the page of the ranking shows."""
    context = shown(found)
    view = context.pop("view")
    used: dict[str, dict[str, float]] = {"importance": {}, "ease": {}}
    for tag, (importance, ease) in found.changed.items():
        if importance != found.saved[tag][0]:
            used["importance"][tag] = importance
        if ease != found.saved[tag][1]:
            used["ease"][tag] = ease
    around = _around(request, server, ask)
    return {
        **context,
        **around,
        **_addresses(request, ask, found),
        "found": found,
        "view": view,
        "tags": in_order(view.tags, ask),
        "bases": view.bases,
        "heads": _heads(request, ask, found, view),
        "steps": steps,
        "used": used,
        "undo": undo,
        "wrong": None,
    }


def _around(request: Request, server: Server, ask: Ask) -> dict[str, Any]:
    """Return what stands around the ranking: what may be asked instead."""
    project = server.served.project
    runs = [each.name for each in project.runs][::-1]
    chosen = ask.run or (runs[0] if runs else None)
    stated = project.settings.errors.given()
    samples = [each for each in project.tags.samples if not each.purposive and each.done]
    others = [name for name in runs if name != chosen]
    return {
        "ask": ask,
        "run": chosen,
        "runs": runs,
        "others": others,
        "measures": measures(),
        "measure": ask.measure or str(stated.get("measure", "accuracy")),
        "samples": samples,
        "here_with": lambda **changes: link(request, "/errors", **ask.query(**changes)),
        "with_query": lambda path, **more: link(request, path, **ask.query(**more)),
    }


def _addresses(request: Request, ask: Ask, found: Ranked) -> dict[str, Any]:
    def to(tag: str, **more: Any) -> str:
        return examples_address(request, ask, found.run, tag, found.flags, **more)

    return {"examples_at": to}


def _heads(request: Request, ask: Ask, found: Ranked, view: Any) -> list[dict[str, Any]]:
    """Return the heads of the columns: each sorts by its column, the other way when asked twice."""
    heads = []
    meanings = {**view.meanings, **view.questions}
    for key, title, look, meaning in _COLUMNS:
        if key == "p_top" and not view.human:
            continue
        usual = "up" if key == "tag" else "down"
        now = (ask.order or usual) if ask.sort == key else None
        other = {"up": "down", "down": "up"}
        order = other[now] if now else usual
        given = {"sort": key, "order": None if order == usual else order}
        said = {"p_top": f"{title} {found.found.top}"}
        if not view.human:
            said["gain"] = "gain at most"
        heads.append(
            {
                "key": key,
                "title": said.get(key, title),
                "class": look,
                "help": meanings.get(meaning, ""),
                "address": link(request, "/errors", **ask.query(**given)),
                "sorted": {"up": "ascending", "down": "descending", None: None}[now],
            }
        )
    return heads
