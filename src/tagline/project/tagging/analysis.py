"""What people said, in an error analysis: their tags, and labels that they call wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from tagline.display.words import plural
from tagline.exceptions import InputError
from tagline.project.tagging.joining import Answers, by_chance, with_answers
from tagline.schema.relations import EXAMPLE_ID

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from tagline.engine import Connection
    from tagline.error_analysis import ErrorAnalysis
    from tagline.project.tagging.asking_people import AskingPeople
    from tagline.store import TagRecord

__all__ = ["SAMPLE_WEIGHT", "Tagged", "sampled", "tagged"]

SAMPLE_WEIGHT = "(examples it stands for)"
DOUBTED = "label called wrong, waiting for review or confirmed"


@dataclass(frozen=True, eq=False)
class Tagged:
    """A run's table with what people said about its examples.

    Attributes
    ----------
    table : ibis table
        Without the examples whose label is in doubt; people's tags that everybody's examples are
        decided for are boolean columns.
    doubted : int
        How many examples are left out because their label is in doubt.
    people : tuple of TagRecord
        The tags that people give.
    tags : tuple of str
        Those of them that are columns.
    partial : tuple of str
        People's tags that are decided for a part of the examples only: a rate over those would
        speak of how they were chosen, so it takes a sample to show one.
    options : mapping
        Options of `tagline.analyze_errors` that go with the table.
    """

    table: ir.Table
    doubted: int = 0
    people: tuple[TagRecord, ...] = ()
    tags: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)

    def noted(self, result: ErrorAnalysis) -> ErrorAnalysis:
        """Return the analysis with the count of what people's verdicts left out."""
        if not self.doubted:
            return result
        return replace(result, left_out={**result.left_out, DOUBTED: self.doubted})

    @property
    def hint(self) -> str:
        """What to say about tags that are not in the table; empty where there are none."""
        if not self.partial:
            return ""
        names = ", ".join(self.partial)
        return (
            f"{plural(len(self.partial), 'tag')} of people ({names}) left out: decided for a part"
            " of the examples only. Analyse a sample (`sample=...`, --sample NAME)."
        )


def tagged(connection: Connection, table: ir.Table, tags: AskingPeople, *, n_rows: int) -> Tagged:
    """Join what people said to a run's table.

    Parameters
    ----------
    connection : Connection
    table : ibis table
        Of a run, with `example_id`.
    tags : AskingPeople
    n_rows : int
        Of the table: a tag that fewer examples are decided for needs no query.

    Returns
    -------
    Tagged
    """
    table, doubted = _without_doubted(connection, table, tags)
    answers, people = tags.answers, tuple(tags.people)
    said = answers.wide()
    decided = {tag: len(said) - said[tag].null_count for tag in answers.tags}
    near = [tag for tag, count in decided.items() if count >= n_rows - doubted]
    whole = tuple(_complete(connection, table, answers, near)) if near else ()
    partial = tuple(tag for tag, count in decided.items() if count and tag not in whole)
    return Tagged(with_answers(connection, table, answers, whole), doubted, people, whole, partial)


def _complete(
    connection: Connection, table: ir.Table, answers: Answers, tags: Sequence[str]
) -> list[str]:
    """Return the tags that every row of a table is decided for."""
    joined = with_answers(connection, table, answers, tags)
    counts = {f"t{place}": joined[tag].count() for place, tag in enumerate(tags)}
    found = connection.fetch(joined.aggregate(n=joined.count(), **counts)).to_pylist()[0]
    return [tag for place, tag in enumerate(tags) if found[f"t{place}"] == found["n"]]


def sampled(connection: Connection, table: ir.Table, tags: AskingPeople, sample: str) -> Tagged:
    """Return the examples of a sample that were looked at, with the weight of each.

    An example of a stratum of N examples, of which n were looked at, stands for N / n: so the rates
    are those of all examples, whatever the mix was.

    Parameters
    ----------
    connection : Connection
    table : ibis table
        Of a run.
    tags : ProjectTags
    sample : str

    Returns
    -------
    Tagged
        With the column `SAMPLE_WEIGHT`; all of people's tags are columns.

    Raises
    ------
    InputError
        If there is no such sample, it was picked on purpose, or nobody has looked at it yet.
    """
    items = tags.store.items(sample)
    record = next(each for each in tags.samples if each.name == sample)
    if record.purposive:
        raise InputError(
            f"The sample {sample!r} was picked on purpose ({record.design.get('first')} first): its"
            " rates say nothing about all examples. Draw one by chance with `tagline tags sample`."
        )
    done = {each.example_id: each.stratum for each in items if each.state == "done"}
    if not done:
        raise InputError(f"Nobody has looked at an example of the sample {sample!r} yet: tag some.")
    looked_at = Counter(done.values())
    sizes = record.design["strata"]
    for stratum, size in sizes.items():
        if size and not looked_at[stratum]:
            raise InputError(
                f"Nobody has looked at one of the {size:,} examples of the stratum {stratum!r} in"
                f" the sample {sample!r} yet: tag some, or draw with fewer strata."
            )
    weights = [sizes[stratum] / looked_at[stratum] for stratum in done.values()]
    weighed = connection.table(
        pa.table({EXAMPLE_ID: list(done), SAMPLE_WEIGHT: weights}), "weights"
    )
    table, doubted = _without_doubted(connection, table.inner_join(weighed, EXAMPLE_ID), tags)
    answers, people = tags.answers, tuple(tags.people)
    joined = with_answers(connection, table, answers, wide=by_chance(answers, items))
    weight = {"sample_weight": SAMPLE_WEIGHT}
    return Tagged(joined, doubted, people, answers.tags, options=weight)


def _without_doubted(
    connection: Connection, table: ir.Table, tags: AskingPeople
) -> tuple[ir.Table, int]:
    """Leave out the examples whose label is in doubt; return how many there were."""
    wrong = sorted({each.example_id for each in tags.verdicts if each.state != "dismissed"})
    if not wrong:
        return table, 0
    said = connection.table(pa.table({EXAMPLE_ID: wrong}), "doubted")
    doubted = int(connection.fetch(table.semi_join(said, EXAMPLE_ID).count())[0][0].as_py())
    return table.anti_join(said, EXAMPLE_ID), doubted
