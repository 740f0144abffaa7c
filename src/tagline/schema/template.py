"""The text of a new project's `tagline.toml`."""

from __future__ import annotations

import json

__all__ = ["template"]


_TEMPLATE = """\
# The settings of a Tagline project. Keep this file in git, and `.tagline/` out of it.

[project]
name = {name}

[store]
{metadata}
# TAGLINE_STORE_URL in the environment replaces `metadata`: keep passwords there.
# lake = "s3://bucket/folder"  # the bulk tables; default: .tagline/lake

[engine]
# url = "duckdb://"            # or local[2], spark://host:7077
# memory_limit = "4GB"
# threads = 4
# temp_directory = "/var/tmp"  # where DuckDB spills

[errors]                       # what `tagline errors` takes where no option is given
# label = "y"                  # of `tagline errors FILE`; a run knows the columns that it was
# prediction = "yhat"          # imported with
# tags = ["car_noise", "device"]
# human = "human_answer"       # a column, a rate, or [errors, asked]
# measure = "accuracy"
# where = "split = 'dev'"
# fail_if = ["error_rate[car_noise] > 0.1"]

# [compare]                    # what `tagline compare` takes where no option is given
# margin = 0.01                # the largest change that does not matter

# [inputs]                     # what the pages show of an example
# column = "path"              # a path, a text, bytes or messages; default: found by looking
# kind = "image"               # or text, audio, row, chat; default: found by looking
# root = "../data"             # paths are meant from here, and nothing outside is shown

# [tags.short]                 # one section per tag
# rule = "n_words < 5"                # scalar SQL over the columns; without it, the column `short`
# description = "Fewer than five words"
# importance = 2               # default 1
# ease = 1.5                   # default 1

# [[gate]]                     # one section per gate; `tagline errors` and `tagline compare` ask it
# fail_if = "any tag worse by > 0.02"
# undecided = "pass"           # or fail
"""


def template(name: str, *, store: str | None = None) -> str:
    """Return the text of a new project's `tagline.toml`.

    Parameters
    ----------
    name : str
        The project's name.
    store : str, optional
        URL of the metadata. It must hold no password.

    Returns
    -------
    str
        TOML with comments; `load_settings` accepts it.
    """
    metadata = (
        f"metadata = {_quoted(store)}"
        if store
        else '# metadata = "postgresql://tagline@db.example.org/tagline"  # default: SQLite'
    )
    return _TEMPLATE.format(name=_quoted(name), metadata=metadata)


def _quoted(text: str) -> str:
    """Return a TOML basic string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
