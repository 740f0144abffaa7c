"""The relations that evidence is made of: their columns, Arrow types and meaning.

Every table, chart, check and alarm that Tagline shows is a query over these. Only what is written
here has a fixed name; `examples` and `predictions` hold further columns under the user's names.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from tagline.exceptions import InputError, did_you_mean

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["EXAMPLE_ID", "RELATIONS", "Column", "Relation"]

EXAMPLE_ID = "example_id"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a relation.

    Attributes
    ----------
    name : str
    type : str or None
        The name of an Arrow type, such as ``"string"``; None where the user's data decide.
    meaning : str
        One sentence for people.
    required : bool
        Whether every row has a value.
    """

    name: str
    type: str | None
    meaning: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of the evidence.

    Attributes
    ----------
    name : str
    meaning : str
        What one row says.
    columns : tuple of Column
        The columns with fixed names, in order.
    open : bool
        Whether further columns of the user's data are kept under their own names.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    open: bool = False

    def __getitem__(self, name: str) -> Column:
        """Return the column of this name.

        Raises
        ------
        KeyError
            If the relation fixes no such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def fitted(self, schema: pa.Schema) -> pa.Schema:
        """Return the schema of a table of this relation: the fixed columns first, as they must be.

        Parameters
        ----------
        schema : pyarrow.Schema
            Of the data; it names further columns only where the relation is open.

        Returns
        -------
        pyarrow.Schema
            A required column is not nullable.

        Raises
        ------
        InputError
            If a required column is missing, or a column is not part of the relation.
        """
        import pyarrow as pa

        fixed = self.arrow_schema()
        names = [column.name for column in self.columns]
        if missing := [c.name for c in self.columns if c.required and c.name not in schema.names]:
            raise InputError(f"A table of {self.name} lacks the column {missing[0]!r}: add it.")
        if more := [name for name in schema.names if name not in names and not self.open]:
            raise InputError(
                f"A table of {self.name} has no column {more[0]!r}. {did_you_mean(more[0], names)}"
            )
        first = [
            fixed.field(n) if n in fixed.names else schema.field(n)
            for n in names
            if n in schema.names
        ]
        return pa.schema([*first, *(field for field in schema if field.name not in names)])

    def arrow_schema(self) -> pa.Schema:
        """Return the columns whose type is fixed, as an Arrow schema.

        Examples
        --------
        >>> RELATIONS["examples"].arrow_schema().names
        ['example_id']
        """
        import pyarrow as pa

        timestamp = {"timestamp[us, tz=UTC]": pa.timestamp("us", "UTC")}
        return pa.schema(
            [
                pa.field(
                    column.name,
                    timestamp.get(column.type) or pa.type_for_alias(column.type),
                    nullable=not column.required,
                )
                for column in self.columns
                if column.type is not None
            ]
        )


_TIME = "timestamp[us, tz=UTC]"
_ID = Column(EXAMPLE_ID, "string", "Names the example; the same in every relation.")

RELATIONS = MappingProxyType(
    {
        relation.name: relation
        for relation in (
            Relation(
                "examples",
                "What one input is: its columns, with the label that came with it.",
                (_ID,),
                open=True,
            ),
            Relation(
                "annotations",
                "Who said what the label of an example is.",
                (
                    _ID,
                    Column("annotator", "string", "The person or program that said so."),
                    Column("label", None, "The label that was given.", required=False),
                    Column("created_at", _TIME, "When it was said."),
                ),
            ),
            Relation(
                "tags",
                "What kind of example it is.",
                (
                    _ID,
                    Column("tag", "string", "The name of the tag."),
                    Column(
                        "value",
                        "bool",
                        "Whether the example has it; null: unknown.",
                        required=False,
                    ),
                ),
            ),
            Relation(
                "predictions",
                "What one run said about an example; a table for each run.",
                (
                    _ID,
                    Column(
                        "prediction",
                        None,
                        "What the run said, in the type of that run; null: it said nothing.",
                        required=False,
                    ),
                ),
                open=True,
            ),
            Relation(
                "events",
                "What one request in production was and what the model answered.",
                (
                    Column("event_id", "string", "Names the event."),
                    Column("time", _TIME, "When it happened."),
                ),
                open=True,
            ),
            Relation(
                "feedback",
                "What the user did next; belongs to an event.",
                (
                    Column("event_id", "string", "The event that this answers."),
                    Column("time", _TIME, "When it was seen."),
                ),
                open=True,
            ),
        )
    }
)
