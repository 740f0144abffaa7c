"""A project, a folder with `tagline.toml` and `.tagline/`: the way in for scripts and notebooks."""

from tagline.project.importing import Import
from tagline.project.project import Project

__all__ = ["Import", "Project"]
