"""Style sheet, scripts and icon: known when the server starts, so no path is ever looked up."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from threading import Lock

from tagline.display.html import chart_bundle, source

__all__ = ["StaticFile", "StaticFiles"]

CHARTS = "charts.js"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is sent."""

    body: bytes
    zipped: bytes
    media_type: str

    @classmethod
    def of(cls, name: str, body: bytes) -> StaticFile:
        """Compress a file once."""
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        kind = "text/javascript" if name.endswith(".js") else kind
        return cls(body, gzip.compress(body, 9), kind)


class StaticFiles:
    """The files of `web/static`, by name.

    `tagline.css` begins with the style sheet of the reports, so that both look alike. `charts.js`
    is the offline Vega bundle; making it takes a second, so it waits until it is asked for.
    """

    def __init__(self) -> None:
        self._files: dict[str, StaticFile] = {}
        self._making = Lock()
        for each in resources.files("tagline.web").joinpath("static").iterdir():
            if each.is_file():
                body = each.read_bytes()
                if each.name == "tagline.css":
                    body = source("tagline.css").encode() + b"\n" + body
                self._files[each.name] = StaticFile.of(each.name, body)

    @cached_property
    def version(self) -> str:
        """Changes with the content of any file; it stands in the addresses."""
        from tagline import __version__

        digest = hashlib.sha256(__version__.encode())
        for name in sorted(self._files):
            digest.update(name.encode() + b"\0" + self._files[name].body)
        return digest.hexdigest()[:12]

    def get(self, name: str) -> StaticFile | None:
        """Return a file; None where there is none of this name."""
        if name == CHARTS:
            with self._making:
                if CHARTS not in self._files:
                    self._files = {
                        **self._files,
                        CHARTS: StaticFile.of(CHARTS, chart_bundle().encode()),
                    }
        return self._files.get(name)
