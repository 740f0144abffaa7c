"""The server: pages for people and the HTTP API for programs, over one open project."""

from tagline.web.app import create_app
from tagline.web.server import Options

__all__ = ["Options", "create_app"]
