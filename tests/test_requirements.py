"""The locks hold names, versions and hashes of all that is needed, and no address."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {path.stem: path for path in (ROOT / "requirements").glob("*.txt")}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# Put together here, so that this file does not hold them.
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "deb." + "debian.org",
    "index" + "-url",
    "find" + "-links",
]


def pins(lock: Path) -> dict[str, set[str]]:
    """Return the pinned versions by name; a name has several where they depend on the platform."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", lock.read_text(), re.M):
        found.setdefault(name.lower(), set()).add(version)
    return found


def names(requirements: list[str]) -> set[str]:
    return {re.match(r"[\w.-]+", each)[0].lower() for each in requirements} - {"tagline"}


def tracked_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: there is no list of the project's files")
    return [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]


def test_there_is_a_lock_for_each_job():
    assert set(LOCKS) == {"dev", "demo", "bench"}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock):
    text = LOCKS[lock].read_text()
    starts = [m.start() for m in re.finditer(r"^[\w.-]+(?:\[[\w,]+\])?==", text, re.M)]
    parts = [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]
    assert parts
    assert all("--hash=sha256:" in part for part in parts)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_no_address(lock):
    assert "://" not in LOCKS[lock].read_text()


@pytest.mark.parametrize(
    ("lock", "extra"), [("dev", "dev"), ("demo", "demo"), ("bench", "benchmark")]
)
def test_a_lock_holds_all_that_the_project_names(lock, extra):
    extras = PROJECT["optional-dependencies"]
    asked = names(PROJECT["dependencies"] + extras[extra])
    for requirement in extras[extra]:
        if requirement.startswith("tagline["):
            for part in requirement[len("tagline[") : -1].split(","):
                asked |= names(extras[part])
    build = {"hatchling", "editables"}  # of `pip install --no-build-isolation -e .`
    assert asked | build <= set(pins(LOCKS[lock]))


@pytest.mark.parametrize("lock", ["demo", "bench"])
def test_the_locks_agree_on_the_versions(lock):
    tested, other = pins(LOCKS["dev"]), pins(LOCKS[lock])
    shared = set(tested) & set(other)
    assert {name: tested[name] for name in shared} == {name: other[name] for name in shared}
    assert lock == "bench" or set(other) <= set(tested)


def test_no_file_names_a_registry():
    named = {
        str(path.relative_to(ROOT)): registry
        for path in tracked_files()
        if path.is_file()
        for registry in REGISTRIES
        if registry.encode() in path.read_bytes()
    }
    # The Makefile tells uv to leave the address out of the lock.
    assert named == {"Makefile": "index" + "-url"}
