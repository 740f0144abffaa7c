"""The CI examples of `docs/gates.md`: they are YAML, and their shell lines run as they stand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
GITHUB, GITLAB = (
    yaml.safe_load(text)
    for text in re.findall(
        r"^```yaml\n(.*?)^```$", (ROOT / "docs" / "gates.md").read_text(), re.MULTILINE | re.DOTALL
    )
)
RECORDED = '#!/bin/sh\necho "$0 $*" >> "$CALLS"\n'


@pytest.fixture
def runner(folder):
    """A folder with the data of the docs, where `pip`, `gh` and `curl` are recorded only."""
    examples = ROOT / "docs" / "examples"
    (folder / "before.csv").write_text((examples / "utterances.csv").read_text())
    tools = folder / "tools"
    tools.mkdir()
    ours = f'exec {sys.executable} -c "import sys; from tagline.cli import main; sys.exit(main())"'
    scripts = {
        "pip": RECORDED,
        "gh": RECORDED,
        "curl": RECORDED,
        "python": f'#!/bin/sh\n{RECORDED}cp {examples / "utterances-after.csv"} "$3"\n',
        "tagline": f'#!/bin/sh\n{ours} "$@"\n',
    }
    for name, text in scripts.items():
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)

    def run(script, **environment):
        path = {"PATH": f"{tools}:{os.environ['PATH']}", "CALLS": str(folder / "calls")}
        return subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],  # as both run it
            cwd=folder,
            env={**os.environ, **path, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def calls(folder):
    text = (folder / "calls").read_text()
    return [line.removeprefix(f"{folder}/tools/") for line in text.splitlines()]


def check_files(folder):
    assert (folder / "comment.md").read_text().startswith("### ❌ 1 gate failed. Worse")
    assert (folder / "comparison.html").read_text().startswith("<!doctype html>")
    assert len(ET.parse(folder / "gates.xml").findall(".//failure")) == 1


def test_github(runner, folder):
    steps = GITHUB["jobs"]["gates"]["steps"]
    assert GITHUB[True] == "pull_request"  # YAML 1.1 reads the key `on` as true
    codes = []
    for step in (each for each in steps if "run" in each):
        given = {"GITHUB_STEP_SUMMARY": str(folder / "summary"), "PULL_REQUEST": "7"}
        done = runner(step["run"], **given)
        codes.append(done.returncode)
        if done.returncode:
            assert "failed: any tag worse by > 0.02: people_noise" in done.stderr
    assert codes == [0, 0, 1, 0]
    check_files(folder)
    assert (folder / "summary").read_text() == (folder / "comment.md").read_text()
    assert calls(folder)[-1] == "gh pr comment 7 --body-file comment.md"
    after = steps[steps.index(next(each for each in steps if "tagline compare" in str(each))) + 1 :]
    assert all(each["if"] == "always()" for each in after)
    assert GITHUB["permissions"]["pull-requests"] == "write"


def test_gitlab(runner, folder):
    job = GITLAB["gates"]
    done = runner("\n".join(job["script"]))
    assert (done.returncode, "failed: any tag worse" in done.stderr) == (1, True)
    check_files(folder)
    (comment,) = job["after_script"]
    assert runner(comment, COMMENT_TOKEN="").returncode == 0
    assert not any(each.startswith("curl") for each in calls(folder))
    given = {"CI_API_V4_URL": "api", "CI_PROJECT_ID": "3", "CI_MERGE_REQUEST_IID": "5"}
    assert runner(comment, COMMENT_TOKEN="t", **given).returncode == 0
    sent = "--fail --header PRIVATE-TOKEN:t --data-urlencode body@comment.md"
    assert calls(folder)[-1] == f"curl {sent} api/projects/3/merge_requests/5/notes"
    artifacts = job["artifacts"]
    assert (artifacts["when"], artifacts["reports"]) == ("always", {"junit": "gates.xml"})
    assert all((folder / name).exists() for name in artifacts["paths"])
