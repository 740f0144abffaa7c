"""`docs/command-line.md` names every option of every command, and none that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer

from tagline.cli.app import app

PAGE = Path(__file__).resolve().parents[2] / "docs" / "command-line.md"
ALL = typer.main.get_command(app).commands
GROUPS = {name: each.commands for name, each in ALL.items() if hasattr(each, "commands")}
COMMANDS = {name: each for name, each in ALL.items() if name not in GROUPS}
PARTS = [(group, name) for group, commands in GROUPS.items() for name in commands]
OPTION = re.compile(r"`(--[a-z-]+)[^`]*`")


def sections() -> dict[str, str]:
    """Return the part of the page under each heading that names a command."""
    parts = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)
    found = (re.match(r"`tagline (\w+)`\n", part) for part in parts)
    return {each[1]: each.string for each in found if each}


def rows(name: str) -> list[tuple[list[str], str]]:
    """Return the options and the meaning in each row of the table of a command."""
    cells = [line.split("|") for line in sections()[name].splitlines() if line.startswith("| `-")]
    return [(OPTION.findall(each[1]), each[2]) for each in cells]


def test_every_command_has_a_section():
    assert sections().keys() == ALL.keys()


def options(name: str, *, required: bool = False, group: str | None = None) -> list[str]:
    command = GROUPS[group][name] if group else COMMANDS[name]
    there = [each for each in command.params if each.required or not required]
    return sorted(
        option
        for each in there
        for option in (*each.opts, *each.secondary_opts)
        if option.startswith("--")
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_holds_the_options_of_the_command(name):
    assert sorted(option for found, _ in rows(name) for option in found) == options(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_says_which_are_required(name):
    said = [option for found, meaning in rows(name) for option in found if "required" in meaning]
    assert sorted(said) == options(name, required=True)


@pytest.mark.parametrize(("group", "name"), PARTS)
def test_the_row_of_a_part_of_a_command_holds_its_options(group, name):
    line = next(
        line for line in sections()[group].splitlines() if re.match(rf"\| `{name}[ `]", line)
    )
    named = sorted(OPTION.findall(line.split("|")[2]))
    shared = re.findall(OPTION, sections()[group].split("\n| command")[0])
    assert sorted(set(options(name, group=group)) - set(shared)) == named


def test_no_page_invents_an_option():
    pages = [PAGE.parents[1] / "README.md", *PAGE.parent.glob("*.md")]
    commands = [*COMMANDS.values(), *(each for part in GROUPS.values() for each in part.values())]
    there = {o for each in commands for p in each.params for o in (*p.opts, *p.secondary_opts)}
    foreign = {"--help", "--version", "--universal", "--no-isolation"}
    named = {(page.name, option) for page in pages for option in OPTION.findall(page.read_text())}
    assert {each for each in named if each[1] not in there | foreign} == set()
