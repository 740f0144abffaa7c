"""All commands in one place."""

from __future__ import annotations

from typing import Annotated

import typer

from tagline.cli.compare import compare
from tagline.cli.demo import demo
from tagline.cli.errors import errors
from tagline.cli.importing import import_file
from tagline.cli.init import init
from tagline.cli.inputs import inputs
from tagline.cli.ledger import ledger
from tagline.cli.plan import plan
from tagline.cli.serve import serve
from tagline.cli.slices import slices
from tagline.cli.tags import tags_app

__all__ = ["app"]

app = typer.Typer(
    help="What to fix next in a machine learning model.",
    epilog="Start with: tagline errors predictions.csv --label y --prediction yhat, or see it at"
    " work: tagline demo",
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(
    "errors",
    epilog="For example: tagline errors predictions.csv --label y --prediction yhat"
    ' --tags car_noise,device --tag "short = n_words < 5" --human person --html report.html',
)(errors)
app.command(
    "compare",
    epilog="For example: tagline compare before.csv after.csv --label y --prediction yhat"
    ' --tags car_noise --fail-if "any tag worse by > 0.02" --markdown comment.md',
)(compare)
app.command(
    "slices",
    epilog="For example: tagline slices predictions.csv --label y --prediction yhat"
    " --columns device,age",
)(slices)
app.command(
    "plan",
    epilog='For example: tagline plan "error_rate\\[child] > 0.1" --expect 0.07 --share 0.05',
)(plan)
app.command(
    "inputs",
    epilog="For example: tagline inputs images --out described.parquet, or: tagline inputs"
    " messages.csv --input text --statistics n_words,upper_share",
)(inputs)
app.command("ledger")(ledger)
app.command(
    "import",
    epilog="For example: tagline import predictions.csv --label y --prediction yhat --run first",
)(import_file)
app.add_typer(tags_app, name="tags")
app.command(
    "serve",
    epilog="For example: tagline serve predictions.csv --label y --prediction yhat --input path",
)(serve)
app.command("init")(init)
app.command("demo")(demo)


def _version(asked: bool) -> None:
    if asked:
        from tagline import __version__

        typer.echo(f"tagline {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _all_commands(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", callback=_version, is_eager=True, help="Say the version."
        ),
    ] = False,
) -> None:
    if context.invoked_subcommand is None and not version:
        typer.echo(context.get_help())
