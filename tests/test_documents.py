"""Every example in README.md and docs/ runs and prints what its page says.

A page runs from top to bottom in a copy of `docs/examples`, in one namespace:

* `python` blocks as a doctest where they show prompts, otherwise as a script;
* `console` blocks: each `$ tagline ...` line through the command line, its output compared;
  `exit=2` beside `console` says that the last command of the block exits with 2.

`...` stands for any text. Other blocks (`sh`, `toml`, `json`) are not run.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    language: str
    info: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text()
    return [
        Block(match[1], match[2].strip(), match[3], text.count("\n", 0, match.start()) + 1)
        for match in FENCE.finditer(text)
    ]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_examples_print_what_the_page_says(page, tmp_path, monkeypatch):
    folder = tmp_path / "examples"
    if (ROOT / "docs" / "examples").exists():
        shutil.copytree(ROOT / "docs" / "examples", folder)
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "100")
    namespace = {"__name__": "__main__"}
    for block in blocks(page):
        if block.language == "python":
            assert run_python(block, namespace, page) == ""
        elif block.language == "console":
            assert run_console(block, page, monkeypatch) == ""


def run_python(block: Block, namespace: dict, page: Path) -> str:
    """Run a block and return what differs from the page, if anything."""
    if ">>> " not in block.text:
        exec(compile("\n" * block.line + block.text, page, "exec"), namespace)
        return ""
    test = doctest.DocTestParser().get_doctest(
        block.text, namespace, name(page), str(page), block.line
    )
    report = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=OPTIONS)
    runner.run(test, out=report.write, clear_globs=False)
    namespace.update(test.globs)
    return report.getvalue()


def run_console(block: Block, page: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the commands of a block and return what differs from the page, if anything."""
    shown = list(commands(block.text))
    last = int(block.info.removeprefix("exit=") or 0)
    for place, (command, expected) in enumerate(shown, 1):
        code, printed = run_command(command, monkeypatch)
        fine = code == (last if place == len(shown) else 0)
        if not fine or (expected and not matches(expected, printed)):
            where = f"{name(page)}:{block.line}: {command}"
            return f"{where}\nexited with {code} and printed\n{printed}"
    return ""


def commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command behind a `$` with the output that the page shows for it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, expected = re.sub(r"\\\n\s*", "", part).partition("\n")
        yield command, expected.strip()


def run_command(command: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    from tagline.cli import main

    words = shlex.split(command, comments=True)
    assert words[0] == "tagline", f"only tagline runs in a console block (use sh): {command}"
    monkeypatch.setattr(sys, "argv", words)
    printed = io.StringIO()
    code = None
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            code = main()
        except SystemExit as end:
            code = end.code
    return int(code or 0), printed.getvalue().strip()


def matches(expected: str, printed: str) -> bool:
    return doctest.OutputChecker().check_output(expected + "\n", printed + "\n", OPTIONS)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_files(page):
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_block_says_what_it_is(page):
    known = {"python", "console", "sh", "toml", "json", "sql", "text", "yaml"}
    assert {block.language for block in blocks(page)} <= known
    bare = [line for line in page.read_text().splitlines() if line.startswith("```")]
    assert len(bare) == 2 * len(blocks(page)), "a fence without a language, or one left open"


def test_every_page_is_in_the_readme():
    linked = LINK.findall((ROOT / "README.md").read_text())
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} <= set(linked)
