"""What must last: metadata (SQLAlchemy) and bulk relations (Delta). Nothing is computed here."""

from tagline.store.lake import Lake
from tagline.store.metadata import Metadata
from tagline.store.records import ComparisonRecord, GainRecord, ImportRecord, RunRecord

__all__ = ["ComparisonRecord", "GainRecord", "ImportRecord", "Lake", "Metadata", "RunRecord"]
