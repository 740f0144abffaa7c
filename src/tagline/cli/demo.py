"""`tagline demo`: the main job on handwritten digits, from the images to the report."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tagline.exceptions import InputError

if TYPE_CHECKING:
    from rich.console import Console

    from tagline.error_analysis import ErrorAnalysis
    from tagline.project import Project

__all__ = ["demo"]

_NAME = "handwritten digits"
_RUN = "logistic regression"
_REPORT = "report.html"
_TAGS = """
# The vocabulary of the demo. A tag without a rule is a column of the data, such as digit.

[tags."light stroke"]
rule = "stroke < 0.53"
description = "The pixels with ink are pale: a thin pen, or little pressure"

[tags."thick stroke"]
rule = "stroke > 0.66"
description = "The pixels with ink are dark: a thick pen"

[tags."off centre"]
rule = "off_centre > 0.75"
description = "The ink lies more than three quarters of a pixel off the middle"

[tags."leans right"]
rule = "slant > 0.1"

[tags."leans left"]
rule = "slant < -0.2"

[tags.narrow]
rule = "width <= 4"
description = "At most half of the columns have ink"

[tags."at the edge"]
rule = "at_the_edge"
description = "Ink in the leftmost or rightmost column"

[tags.digit]
description = "What is written"
"""


def demo(
    folder: Annotated[
        Path,
        typer.Option(
            metavar="FOLDER", help="Where the project goes; the demo may run there again."
        ),
    ] = Path("demo"),
) -> int:
    """Run the main job on real handwriting and write a report."""
    from tagline.cli.output import console_for_people, write_text

    console, steps = console_for_people(), _Steps(console_for_people(error=True), 5)
    with steps.step("Loading the images") as say:
        from tagline.cli import digits

        images, labels = digits.load()
        say(f"{len(images):,} handwritten digits of 13 people")
    with steps.step("Training a quick model") as say:
        said = digits.predict(images, labels)
        shown = images[digits.TRAINED_ON :]
        say(f"logistic regression on {digits.TRAINED_ON} images; it reads the other {len(shown):,}")
    with steps.step("Measuring the images") as say:
        data = _table(digits.image_columns(shown), labels[digits.TRAINED_ON :], said)
        say("ink, stroke, slant, width and place of each image")
    with steps.step("Filling the project") as say:
        project = _project(folder)
        done = project.add_predictions(
            data, run=_run_name(), label="digit", prediction="predicted", input="image"
        )
        say(f"{folder}: {done.message}")
    with project:
        with steps.step("Analysing the errors") as say:
            result = project.analyze_errors(_run_name())
            report = folder / _REPORT
            write_text(report, str(result.to_html()))
            say(f"wrote {report}")
        console.print()
        console.print(result.terminal(console.width))
    _say_next(console, folder, result)
    return 0


def _run_name() -> str:
    """Return a name that differs where another version of the model may say something else."""
    from importlib.metadata import version

    return f"{_RUN}, scikit-learn {version('scikit-learn')}"


def _table(measured: Any, labels: Any, said: Any) -> Any:
    """Return what a project is given: ids, images, measurements, labels and predictions."""
    from tagline.cli.digits import TRAINED_ON

    names = [f"digit-{number:04d}" for number in range(TRAINED_ON + 1, TRAINED_ON + 1 + len(said))]
    found = measured.add_column(0, "example_id", [names])
    found = found.append_column("digit", [[str(each) for each in labels]])
    return found.append_column("predicted", [[str(each) for each in said]])


def _project(folder: Path) -> Project:
    """Open the project of the demo, or make it with its vocabulary."""
    from tagline.project import Project
    from tagline.schema.settings import SETTINGS_FILE

    settings = folder / SETTINGS_FILE
    if not settings.exists():
        Project.init(folder, name=_NAME).close()
    project = Project.open(folder)
    if project.settings.project.name != _NAME or project.path != folder.absolute():
        project.close()
        raise InputError(f"There is another project in {folder}: choose a folder with --folder.")
    if project.settings.tags:
        return project
    project.close()
    with settings.open("a", encoding="utf-8") as file:
        file.write(_TAGS)
    return Project.open(folder)


class _Steps:
    """Shows which step runs, and for each that is done what came of it and how long it took."""

    def __init__(self, console: Console, count: int) -> None:
        self._console = console
        self._count = count
        self._done = 0

    @contextmanager
    def step(self, doing: str) -> Iterator[Any]:
        said: list[str] = []
        start = time.perf_counter()
        with self._console.status(f"{doing} ..."):
            yield said.append
        self._done += 1
        seconds = time.perf_counter() - start
        self._console.print(
            f"[{self._done}/{self._count}] {said[0]} ({seconds:.1f} s)",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )


def _say_next(console: Console, folder: Path, result: ErrorAnalysis) -> None:
    first = result.rows[0].tag
    rule = "thick one = stroke > 0.66 and digit = '1'"
    steps = {
        f"{folder / _REPORT}": f"in a browser: the same with pictures; see the errors of {first!r}",
        **_activation(),
        f"cd {folder}": "the project, with its tags in tagline.toml",
        "tagline errors": "the same list again",
        f'tagline errors --tags digit --tag "{rule}"': "tags of your own",
        "tagline errors --human 0.02": "if people erred on 2 % (assumed: nobody was asked)",
    }
    lines = ["", "What to do next:"]
    for step, why in steps.items():
        lines += [f"  {step}", f"      {why}"]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _activation() -> dict[str, str]:
    """Return the step that makes `tagline` known to the shell, where it is not."""
    script = Path(sys.executable).parent / "activate"
    if shutil.which("tagline") is not None or not script.exists():
        return {}
    here = script.relative_to(Path.cwd()) if script.is_relative_to(Path.cwd()) else script
    return {f". {here}": "makes the command tagline known in this shell"}
