"""Make the picture in README.md: the report that `tagline demo` writes, as Chromium shows it.

`make picture` runs this. It needs what `make test` installs, and Chromium.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).with_suffix(".png")
SIZE = {"width": 1200, "height": 980}
NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Run the demo in a folder of its own and replace the picture."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    if browser is None:
        sys.exit("There is no Chromium here: apt-get install chromium.")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "demo"
        tagline = Path(sys.executable).with_name("tagline")
        subprocess.run([tagline, "demo", "--folder", project], check=True)
        photograph(project / "report.html", PICTURE, browser)


def photograph(page: Path, picture: Path, browser: str) -> None:
    """Save what the browser shows of a page, from its top."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--hide-scrollbars"]
        )
        shown = chromium.new_page(viewport=SIZE, color_scheme="light")
        shown.goto(page.resolve().as_uri())
        shown.wait_for_selector(".plot svg")
        shown.screenshot(path=picture)
        chromium.close()


if __name__ == "__main__":
    main()
