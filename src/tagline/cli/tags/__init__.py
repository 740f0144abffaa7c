"""`tagline tags`: the vocabulary of a project, and what people say with it."""

from __future__ import annotations

import typer

from tagline.cli.tags.estimates import agreement, blindness, estimate, learn, queue
from tagline.cli.tags.files import export_file, import_file
from tagline.cli.tags.history import history, undo
from tagline.cli.tags.notes import group, notes
from tagline.cli.tags.sampling import sample, samples
from tagline.cli.tags.vocabulary import accept, add, change, check, merge, retire, split

__all__ = ["tags_app"]

tags_app = typer.Typer(
    help="The tags of a project: rules, columns, people's tags, accepted slices.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
tags_app.command("check")(check)
tags_app.command(
    "add", epilog='For example: tagline tags add "car noise" --description "engine, road, wind"'
)(add)
tags_app.command("change")(change)
tags_app.command(
    "accept", epilog="For example: tagline tags accept wide \"width >= 20 and digit = '5'\""
)(accept)
tags_app.command("merge", epilog='For example: tagline tags merge car,engine --into "car noise"')(
    merge
)
tags_app.command("split", epilog="For example: tagline tags split noise --into car,people")(split)
tags_app.command("retire")(retire)
tags_app.command("history")(history)
tags_app.command("undo")(undo)
tags_app.command(
    "sample", epilog="For example: tagline tags sample first --size 200 --strata device --blind"
)(sample)
tags_app.command("samples")(samples)
tags_app.command("notes")(notes)
tags_app.command("group", epilog='For example: tagline tags group "car noise" 3,7,12')(group)
tags_app.command(
    "import",
    epilog="For example: tagline tags import errors.xlsx --id file --cells tags --note why",
)(import_file)
tags_app.command("export", epilog="For example: tagline tags export tags.xlsx")(export_file)
tags_app.command("estimate", epilog="For example: tagline tags estimate --human 0.02")(estimate)
tags_app.command("learn")(learn)
tags_app.command("queue")(queue)
tags_app.command("agreement")(agreement)
tags_app.command("blindness")(blindness)
