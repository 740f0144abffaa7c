"""Make a virtual environment and install a lock and this project into it.

``python3 requirements/install.py requirements/dev.txt .venv``: needs only Python's own library.
Every package is checked against the hash in the lock. What pip says goes to ``install.log`` in the
environment; the terminal shows how far it is, and the end of the log if something fails.
"""

import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parent.parent


def main(lock: Path, folder: Path) -> None:
    """Install ``lock`` and the project into ``folder``, which is made where it is missing."""
    began = time.monotonic()
    make_environment(folder)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--no-deps", "--no-input"]
    count = sum("==" in line for line in lock.read_text().splitlines())
    say(f"== install {lock} into {folder}: {count} packages at most, by hash")
    with (folder / "install.log").open("w") as log:
        locked = [*pip, "--use-pep517", "--require-hashes", "-r", lock]
        show_progress(run(locked, log), count)
        for _ in run([*pip, "--no-build-isolation", "-e", ROOT], log):
            pass
    say(f"== ready in {time.monotonic() - began:.0f} s: {folder}")


def make_environment(folder: Path) -> None:
    """Make the environment, anew where there is one of another Python version."""
    marker = folder / "pyvenv.cfg"
    version = "version = {}.{}.".format(*sys.version_info)
    if marker.exists() and version in marker.read_text() and (folder / "bin" / "pip").exists():
        return
    say(f"== make {folder} with Python {sys.version.split()[0]}")
    try:
        venv.create(folder, clear=folder.exists(), with_pip=True)
    except subprocess.CalledProcessError:
        shutil.rmtree(folder, ignore_errors=True)
        sys.exit(
            f"{sys.executable} cannot make virtual environments: "
            "install its venv module (Debian: apt-get install python3-venv) and try again."
        )


def run(command: list[str | Path], log: TextIO) -> Iterator[str]:
    """Run a command, yield its lines and keep them in the log; stop the set-up if it fails."""
    process = subprocess.Popen(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        cwd=ROOT,
    )
    lines = []
    for line in process.stdout:
        log.write(line)
        lines.append(line)
        yield line
    if process.wait() != 0:
        say("".join(lines[-15:]))
        sys.exit(
            "pip could not install what Tagline needs: its last lines stand above, all of them in "
            f"{log.name}. If it reaches no package index, set pip's index or proxy and try again."
        )


def show_progress(lines: Iterator[str], count: int) -> None:
    """Show one counter in a terminal, a line for every 20 packages elsewhere."""
    terminal = sys.stdout.isatty()
    start = "\r" if terminal else ""
    done = 0
    for line in lines:
        word, _, rest = line.strip().partition(" ")
        if word == "Ignoring":  # a package for another platform or Python version
            count -= 1
        elif word == "Collecting" or line.startswith("Requirement already satisfied"):
            done += 1
            name = rest.removeprefix("already satisfied: ").split("=")[0]
            if terminal:
                say(f"\r   {done} of {count}  {name:<40}", end="")
            elif done % 20 == 0:
                say(f"   {done} of {count} packages")
        elif word in {"Building", "Installing"} and "finished" not in line:
            say(f"{start}   {line.partition(':')[0].strip().lower():<56}")


def say(text: str, end: str = "\n") -> None:
    """Print at once, also where the output is a pipe."""
    sys.stdout.write(text + end)
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
