"""The connection behind a DuckDB relation, reached through the relation itself."""

from __future__ import annotations

from typing import Any

import duckdb

__all__ = ["RelationConnection"]

_VIEW = "tagline_relation"


class RelationConnection:
    """Offers what Ibis and this room need of a DuckDB connection, by `relation.query`.

    A relation does not say on which connection it lives, but it runs any statement there.

    Parameters
    ----------
    relation : duckdb.DuckDBPyRelation
    """

    def __init__(self, relation: duckdb.DuckDBPyRelation) -> None:
        self.relation = relation

    def sql(self, query: str) -> Any:
        """Run a statement; return its relation, or None where it has no rows."""
        return self.relation.query(_VIEW, query)

    def execute(self, query: str) -> Any:
        """Run a statement, which cannot have parameters here."""
        return self.sql(query)

    def register(self, name: str, data: object) -> None:
        """Copy a table in: a view would look for the Python object again in later calls."""
        self.sql("SET python_enable_replacements = true")
        try:
            self.relation.query(
                _VIEW, f'CREATE OR REPLACE TEMP TABLE "{name}" AS SELECT * FROM data'
            )
        finally:
            self.sql("SET python_enable_replacements = false")

    def close(self) -> None:
        """Leave the relation's connection as it was."""
        self.sql(f"DROP VIEW IF EXISTS {_VIEW}")

    def unregister(self, name: str) -> None:
        """Drop what `register` made."""
        self.sql(f'DROP TABLE IF EXISTS "{name}"')
