"""What a person does on the page for tagging, as one call each: take, answer, undo.

Everything may come twice, after a lost connection: an answer carries a key of its own, what stands
already is not written again, and an undo finds the answer by its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tagline.exceptions import ConflictError, InputError
from tagline.schema.relations import EXAMPLE_ID
from tagline.web.claims import claims_of
from tagline.web.views import run_view

if TYPE_CHECKING:
    from tagline.store import Tagging
    from tagline.web.server import Server

__all__ = ["Answer", "Progress", "Work", "answer", "progress", "take", "take_back"]


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody tags: a sample, or what waits for a tag that came late.

    Attributes
    ----------
    sample : str or None
    tag : str or None
    """

    sample: str | None = None
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of one example.

    Attributes
    ----------
    example_id : str
    key : str
        Made by the page: the same answer has the same key.
    tags : mapping from tag to bool
        Of all tags that stood on the screen.
    make : sequence of str
        Those of them that are new.
    note : str
    wrong : bool or None
        Whether the label is called wrong; None: nothing is said of it.
    right_label : str or None
    later : bool
        Put off: nothing is decided.
    blind : bool
        Whether label and prediction were hidden.
    """

    example_id: str
    key: str
    tags: dict[str, bool] = field(default_factory=dict)
    make: Sequence[str] = ()
    note: str = ""
    wrong: bool | None = None
    right_label: str | None = None
    later: bool = False
    blind: bool = False


_LONGEST_NOTE = 10_000


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is.

    Attributes
    ----------
    done, items : int
    message : str
        What the person should know; empty for nothing.
    """

    done: int
    items: int
    message: str = ""


def take(server: Server, work: Work, *, by: str, count: int, skip: Sequence[str] = ()) -> list[str]:
    """Return the ids of the next examples; nobody else is given them for half an hour.

    Raises
    ------
    InputError
        If there is no such sample or tag.
    """
    store = _store(server)
    if work.sample is not None:
        found = store.take(work.sample, by=by, count=count + len(skip))
        return [item.example_id for item in found if item.example_id not in skip][:count]
    return claims_of(server).take(server.served, _tag(server, work), by=by, count=count, skip=skip)


def progress(server: Server, work: Work, message: str = "") -> Progress:
    """Return how far a piece of work is."""
    if work.sample is None:
        done, items = claims_of(server).progress(server.served, _tag(server, work))
        return Progress(done, items, message)
    for each in _store(server).samples:
        if each.name == work.sample:
            return Progress(each.done, each.items, message)
    raise InputError(f"There is no sample {work.sample!r}.")


def answer(server: Server, work: Work, given: Answer, *, by: str) -> str:
    """Write an answer; the same one again changes nothing.

    Parameters
    ----------
    server : Server
    work : Work
    given : Answer
    by : str

    Returns
    -------
    str
        What the person should know; empty for nothing.

    Raises
    ------
    InputError
        If there is no such example or tag; nothing is written then.
    """
    store = _store(server)
    if len(given.note.strip()) > _LONGEST_NOTE:
        raise InputError(f"A note has at most {_LONGEST_NOTE:,} characters.")
    _make(server, given.make, by)  # what can be refused comes first
    message = _finish(server, work, given, by)
    known = {tag.name for tag in store.tags}
    gone = sorted(tag for tag, value in given.tags.items() if value and tag not in known)
    if gone:
        message = f"Somebody renamed or retired {', '.join(gone)}: that was not written."
    if not given.later:
        tags = {tag: value for tag, value in given.tags.items() if tag in known}
        _decide(store, given, tags, by)
    return message


def take_back(server: Server, work: Work, given: Answer, *, by: str) -> None:
    """Undo an answer by its key, and take the example in hand again; twice is once.

    Parameters
    ----------
    server : Server
    work : Work
    given : Answer
        Its key, note and verdict say what is taken back.
    by : str
    """
    store = _store(server)
    for action in store.history(example_id=given.example_id, person=by, limit=50):
        if action.kind == "decide" and action.detail.get("key") == given.key:
            if not action.undone:
                store.undo(by=by, action=action.id)
            break
    if given.note.strip():
        for note in _own_notes(store, given, by):
            store.withdraw_note(note, by=by)
    if given.wrong:
        store.verdict(given.example_id, by=by, wrong=False)
    if work.sample is not None:
        try:
            store.finish(work.sample, given.example_id, by=by, open_again=True)
        except ConflictError:
            return  # somebody else has it in hand: what was said is taken back all the same


def _finish(server: Server, work: Work, given: Answer, by: str) -> str:
    """Say that an example is done with; refuse one that nobody knows."""
    if work.sample is None:
        _known(server, given.example_id)
        if given.later:
            claims_of(server).put_off(_tag(server, work), given.example_id, by=by)
        return ""
    try:
        _store(server).finish(work.sample, given.example_id, by=by, later=given.later)
    except ConflictError:
        _known(server, given.example_id)
        return "Somebody else has this example by now; your tags are kept."
    return ""


def _decide(store: Tagging, given: Answer, tags: dict[str, bool], by: str) -> None:
    if tags:
        choices = [(given.example_id, tag, value) for tag, value in tags.items()]
        store.decide(choices, by=by, blind=given.blind, detail={"key": given.key})
    if given.note.strip() and not _own_notes(store, given, by):
        store.note(given.example_id, given.note, by=by)
    if given.wrong is not None:
        right = given.right_label or None
        store.verdict(given.example_id, by=by, wrong=given.wrong, right_label=right)


def _own_notes(store: Tagging, given: Answer, by: str) -> list[int]:
    """Return the numbers of this person's notes on the example with this very text."""
    text = given.note.strip()
    return [n.id for n in store.notes([given.example_id]) if (n.person, n.text) == (by, text)]


def _make(server: Server, names: Sequence[str], by: str) -> None:
    """Make tags that are not there yet; somebody may have made the same one meanwhile."""
    if not names:
        return
    tags = server.served.project.tags
    taken = {tag.name: tag.source for tag in tags}
    for name in names:
        if taken.get(name) == "people":
            continue
        if name in taken:
            raise InputError(f"{name!r} is a {taken[name]} already: people cannot give it.")
        try:
            tags.store.add(name, by=by)
        except InputError:
            if name not in {tag.name for tag in tags.store.tags}:
                raise


def _known(server: Server, example_id: str) -> None:
    """Refuse an example that no run knows."""
    with run_view(server.served).asking() as (connection, table):
        found = connection.fetch(table.filter(table[EXAMPLE_ID] == example_id).count())
        if found[0][0].as_py():
            return
    with server.served.desk() as project:
        if project.tags.unknown_examples([example_id]):
            raise InputError(f"The project has no example {example_id[:200]!r}.")


def _tag(server: Server, work: Work) -> str:
    known = {tag.name for tag in _store(server).tags}
    if work.tag not in known:
        raise InputError(f"There is no tag {work.tag!r} that people give.")
    return str(work.tag)


def _store(server: Server) -> Tagging:
    store: Any = server.served.project.tags.store
    found: Tagging = store
    return found
