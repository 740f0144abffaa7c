"""Everything that executes: opens DuckDB or Spark, reads data of any kind, runs expressions.

Engines count, Python computes: what comes back from `Connection.fetch` has the size of the answer
(tags, groups, days), never of the data.

Examples
--------
>>> from tagline.engine import source, translate
>>> predictions = source({"n_words": [3, 9], "correct": [False, True]})
>>> with predictions.open() as (connection, table):
...     short = translate("n_words < 5", table, what="the rule of tag 'short'")
...     connection.fetch(table.filter(short)).to_pylist()
[{'n_words': 3, 'correct': False}]
"""

from tagline.engine.connection import Connection
from tagline.engine.frames import called
from tagline.engine.odd_values import known_values, odd_number
from tagline.engine.opening import connect, engine_url
from tagline.engine.recipe import Source, describe, has_order, source
from tagline.engine.rules import balanced, translate

__all__ = [
    "Connection",
    "Source",
    "balanced",
    "called",
    "connect",
    "describe",
    "engine_url",
    "has_order",
    "known_values",
    "odd_number",
    "source",
    "translate",
]
