"""The tags of a project: what `project.tags` is and does."""

from tagline.project.tagging.table import TagCount, TagTable
from tagline.project.tagging.tags import ProjectTags

__all__ = ["ProjectTags", "TagCount", "TagTable"]
