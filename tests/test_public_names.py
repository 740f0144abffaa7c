"""The public face: what `__all__` says is what there is, and every name in it is documented."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import re
import textwrap
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import tagline
import tagline.measures

ROOMS = [
    importlib.import_module(f"tagline.{found.name}")
    for found in pkgutil.iter_modules(tagline.__path__)
    if not found.name.startswith("_")
]
PACKAGES = [tagline, *(room for room in ROOMS if hasattr(room, "__path__"))]


def short(item: Any) -> str:
    return item.__name__ if isinstance(item, ModuleType) else str(item)


def submodules(package: ModuleType) -> set[str]:
    return {found.name for found in pkgutil.iter_modules(package.__path__)}


# What `__all__` says is what there is


@pytest.mark.parametrize("module", [tagline, *ROOMS], ids=short)
def test_every_name_in_all_is_reachable(module):
    assert len(module.__all__) == len(set(module.__all__))
    missing = [name for name in module.__all__ if not hasattr(module, name)]
    assert not missing


@pytest.mark.parametrize("module", [tagline, *ROOMS], ids=short)
def test_every_public_name_is_in_all(module):
    """What a room made itself and does not hide is public; what it imported from Python is not."""
    own = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_")
        and not isinstance(value, ModuleType)
        and getattr(value, "__module__", "").startswith("tagline")
    }
    assert own - set(module.__all__) == set()


@pytest.mark.parametrize("package", PACKAGES, ids=short)
def test_a_submodule_and_a_public_name_never_share_a_name(package):
    assert set(package.__all__) & submodules(package) == set()


def test_dir_lists_the_public_names():
    assert set(tagline.__all__) <= set(dir(tagline))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="analyse_errors"):
        _ = tagline.analyse_errors


# Every public name is documented


def public_objects() -> dict[str, Any]:
    """Return every public function and class by the shortest name it is reached by."""
    found: dict[str, Any] = {}
    for module in [*ROOMS, tagline]:
        for name in module.__all__:
            value = getattr(module, name, None)
            own = getattr(value, "__module__", "").startswith("tagline")
            if own and (inspect.isclass(value) or inspect.isroutine(value)):
                found[f"{module.__name__}.{name}"] = value
    return found


def public_callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield public functions, and the methods that public classes define themselves."""
    for name, value in public_objects().items():
        if not inspect.isclass(value):
            yield name, value
            continue
        for method, function in vars(value).items():
            inner = getattr(function, "__func__", function)
            if not method.startswith("_") and inspect.isfunction(inner):
                yield f"{name}.{method}", inner


def sections(function: Callable[..., Any]) -> dict[str, str]:
    """Take a numpydoc docstring apart by its underlined headings; "" is what stands before."""
    doc = inspect.getdoc(function) or ""
    parts = re.split(r"^(\w[\w ]*)\n-{3,}$", doc, flags=re.MULTILINE)
    return {"": parts[0], **dict(zip(parts[1::2], parts[2::2], strict=True))}


def documented(section: str) -> dict[str, str]:
    """Return the type by the name of every parameter in a section."""
    lines = re.findall(r"^(\*+\w+|[*\w][\w*, ]*?(?= ?: ))(?: ?: )?(.*)$", section, re.MULTILINE)
    return {name.strip(" *"): kind for names, kind in lines for name in names.split(",")}


def tree(function: Callable[..., Any]) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))


def parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    signature = inspect.signature(function).parameters
    return {name: each for name, each in signature.items() if name not in {"self", "cls"}}


def brief(function: Callable[..., Any]) -> bool:
    """Tell whether a sentence will do: a function of one argument, a method of up to two."""
    method = "." in function.__qualname__
    doc = inspect.getdoc(function) or ""
    return len(parameters(function)) <= 1 + method or "are those of `" in doc


OBJECTS = public_objects()
# A registered measure takes its parameters by a function that checks them: see test_registries.py.
CALLABLES = {
    name: value
    for name, value in public_callables()
    if value not in tagline.measures.MEASURES.values()
}


def each(names: dict[str, Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("name", names)


@each(OBJECTS)
def test_it_has_a_docstring_that_says_what_it_is(name):
    doc = inspect.getdoc(OBJECTS[name])
    assert doc, f"{name} has no docstring"
    assert doc.splitlines()[0].endswith((".", "?", ":")), f"{name}: its first line is a sentence"
    if dataclasses.is_dataclass(OBJECTS[name]):
        assert not doc.startswith(f"{OBJECTS[name].__name__}("), f"{name}: write one by hand"


@each(CALLABLES)
def test_its_parameters_are_documented_with_types(name):
    function = CALLABLES[name]
    asked = set(parameters(function))
    parts = sections(function)
    if "Parameters" not in parts and brief(function):
        return
    told = documented(parts.get("Parameters", ""))
    assert set(told) == asked, f"{name}: documented {sorted(told)}, takes {sorted(asked)}"


@each(CALLABLES)
def test_its_arrays_have_shapes(name):
    function = CALLABLES[name]
    told = documented(sections(function).get("Parameters", ""))
    arrays = {key for key, each in parameters(function).items() if "rray" in str(each.annotation)}
    without = {key for key in arrays & set(told) if not re.search(r"shape|scalar", told[key])}
    assert not without, f"{name}: no shape is stated for {sorted(without)}"


@each(CALLABLES)
def test_what_it_returns_and_raises_is_documented(name):
    function = CALLABLES[name]
    parts = sections(function)
    gives = inspect.signature(function).return_annotation
    if gives not in {None, "None", "NoReturn", inspect.Signature.empty}:
        assert {"Returns", "Yields"} & set(parts) or brief(function), f"{name}: no Returns"
    raises = any(isinstance(node, ast.Raise) and node.exc for node in ast.walk(tree(function)))
    assert not raises or "Raises" in parts, f"{name} raises and has no Raises"
