"""The five relations, their columns and types; `schema.settings` reads `tagline.toml`."""

from tagline.schema.relations import EXAMPLE_ID, RELATIONS, Column, Relation

__all__ = ["EXAMPLE_ID", "RELATIONS", "Column", "Relation"]
