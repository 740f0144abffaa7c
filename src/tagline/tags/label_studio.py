"""Tags as Label Studio writes and reads them: tasks with choices, as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tagline.exceptions import InputError

__all__ = ["choices_of", "configuration", "tasks"]

_FIELD = "tags"


def choices_of(
    exported: Any, *, id: str = "example_id", what: str = "the file"
) -> list[tuple[str, str, str]]:
    """Return which choices annotators made in an export of Label Studio.

    Parameters
    ----------
    exported : list of tasks
        The export format "JSON": each with `data` and `annotations`.
    id : str, default "example_id"
        The key of `data` that holds the example's id; without it the task's own `id`.
    what : str
        What messages call it.

    Returns
    -------
    list of (example_id, choice, annotator)
        An annotation without choices is (example_id, "", annotator): it was looked at. Those that
        were cancelled say nothing.

    Raises
    ------
    InputError
        If it is no such export; it names the task, from 1.
    """
    if not isinstance(exported, list):
        raise InputError(f"{what} is no export of Label Studio: a JSON list of tasks is needed.")
    found = []
    for number, task in enumerate(exported, 1):
        if not isinstance(task, Mapping) or not isinstance(task.get("annotations"), list):
            raise InputError(
                f"Task {number} of {what} has no `annotations`: export the tasks as JSON, not"
                " JSON-MIN."
            )
        data = task.get("data")
        example = data.get(id, task.get("id")) if isinstance(data, Mapping) else task.get("id")
        if example is None:
            raise InputError(f"Task {number} of {what} has neither `data.{id}` nor an `id`.")
        for annotation in task["annotations"]:
            results = annotation.get("result") if isinstance(annotation, Mapping) else None
            if not isinstance(results, list) or not all(isinstance(r, Mapping) for r in results):
                raise InputError(f"An annotation of task {number} of {what} has no `result` list.")
            if annotation.get("was_cancelled"):
                continue
            made = list(_choices(annotation))
            person = _person(annotation.get("completed_by"))
            found += [(str(example), choice, person) for choice in made or [""]]
    return found


def _choices(annotation: Mapping[str, Any]) -> Iterable[str]:
    for result in annotation.get("result") or ():
        value = result.get("value")
        if isinstance(value, Mapping) and isinstance(value.get("choices"), list):
            yield from map(str, value["choices"])


def _person(given: Any) -> str:
    if isinstance(given, Mapping):
        given = given.get("email") or given.get("id")
    return "Label Studio" if given is None else f"Label Studio {given}"


def tasks(
    examples: Iterable[Mapping[str, Any]], decisions: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return tasks that Label Studio imports, with what was decided as annotations.

    Parameters
    ----------
    examples : iterable of mappings
        With `example_id`; all columns become `data`.
    decisions : iterable of mappings
        `example_id`, `tag`, `person`, `value`.

    Returns
    -------
    list of dict
    """
    made: dict[tuple[str, str], list[str]] = {}
    for each in decisions:
        own = made.setdefault((each["example_id"], each["person"]), [])
        if each["value"]:
            own.append(each["tag"])
    by_example: dict[str, list[dict[str, Any]]] = {}
    for (example, person), chosen in made.items():
        result = {"from_name": _FIELD, "to_name": "input", "type": "choices"}
        annotation = {"completed_by": person, "result": [{**result, "value": {"choices": chosen}}]}
        by_example.setdefault(example, []).append(annotation)
    return [
        {"data": dict(each), "annotations": by_example.get(str(each["example_id"]), [])}
        for each in examples
    ]


def configuration(tags: Sequence[str], *, kind: str = "Text", column: str = "input") -> str:
    """Return the labelling configuration that fits `tasks`: many choices for each example."""
    from xml.sax.saxutils import quoteattr

    choices = "".join(f"\n    <Choice value={quoteattr(tag)}/>" for tag in tags)
    return (
        f'<View>\n  <{kind} name="input" value={quoteattr("$" + column)}/>\n'
        f'  <Choices name="{_FIELD}" toName="input" choice="multiple">{choices}\n  </Choices>\n'
        "</View>\n"
    )
