"""What must last: metadata (SQLAlchemy) and bulk relations (Delta). Nothing is computed here."""

from tagline.store.attempts import Attempts, TooManyAttemptsError
from tagline.store.bearers import Bearers
from tagline.store.lake import Lake
from tagline.store.links import Links
from tagline.store.metadata import Metadata
from tagline.store.people import People
from tagline.store.people_records import PersonRecord
from tagline.store.records import ComparisonRecord, GainRecord, ImportRecord, RunRecord
from tagline.store.tag_records import (
    ActionRecord,
    ItemRecord,
    NoteRecord,
    SampleRecord,
    TagRecord,
    VerdictRecord,
)
from tagline.store.tagging import Tagging

__all__ = [
    "ActionRecord",
    "Attempts",
    "Bearers",
    "ComparisonRecord",
    "GainRecord",
    "ImportRecord",
    "ItemRecord",
    "Lake",
    "Links",
    "Metadata",
    "NoteRecord",
    "People",
    "PersonRecord",
    "RunRecord",
    "SampleRecord",
    "TagRecord",
    "Tagging",
    "TooManyAttemptsError",
    "VerdictRecord",
]
