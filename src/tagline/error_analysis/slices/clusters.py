"""What is said of a cluster: how large it is, what stands out in it, its nearest examples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Cluster", "Trait", "member_tags"]


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that is more frequent in a cluster than elsewhere."""

    what: str  # a condition such as `label = 3`, or `'refund' in text`
    share: float  # of the cluster's rows
    share_of_all: float  # of all rows
    lift: float  # share over share_of_all
    q_value: float  # one-sided, exact; adjusted over all that was compared for the cluster

    def to_dict(self) -> dict[str, Any]:
        """Return the trait as JSON has it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster that a slice names.

    Its numbers are those of both halves; no error has a part in them.
    """

    name: str  # as in the slice, such as `embedding in cluster 3 of 16`
    column: str
    method: str
    clusters: int  # that the embeddings were divided into
    support: int  # rows in it
    traits: tuple[Trait, ...]  # the surest first
    nearest: tuple[Any, ...]  # ids of the examples nearest to its centre

    def to_dict(self) -> dict[str, Any]:
        """Return the cluster as JSON has it."""
        found = asdict(self)
        found["traits"] = [trait.to_dict() for trait in self.traits]
        found["nearest"] = [
            each if isinstance(each, (str, int)) else str(each) for each in self.nearest
        ]
        return found


def member_tags(members: Mapping[str, pa.Array]) -> pa.Table:
    """Return ids by slice as one table of `example_id` and `tag`."""
    import pyarrow as pa

    parts = [
        pa.table({"example_id": ids, "tag": pa.repeat(name, len(ids))})
        for name, ids in members.items()
    ]
    if not parts:
        return pa.table({"example_id": pa.array([], "string"), "tag": pa.array([], "string")})
    return pa.concat_tables(parts)
