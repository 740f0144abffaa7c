"""Paths from outside: nothing beyond the root is opened, whatever the path looks like."""

from __future__ import annotations

import os

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.inputs import describe_inputs
from tagline.inputs.places import Places


@pytest.fixture
def root(tmp_path, image_bytes):
    """A root with a good image and a link out of it, beside a secret."""
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "good.png").write_bytes(image_bytes(np.zeros((4, 4))))
    (tmp_path / "secret.png").write_bytes(image_bytes(np.zeros((4, 4))))
    (tmp_path / "root-beside").mkdir()
    (tmp_path / "root-beside" / "x.png").write_bytes(image_bytes(np.zeros((4, 4))))
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    (root / "linked").symlink_to(tmp_path)
    (root / "inside.png").symlink_to(root / "good.png")
    os.mkfifo(root / "pipe.png")
    return root


def test_inside_and_outside(root):
    paths = {
        "good.png": None,
        "sub/../good.png": None,
        "inside.png": None,
        str(root / "good.png"): None,
        "../secret.png": "is outside the data root",
        "link.png": "is outside the data root",
        "linked/secret.png": "is outside the data root",
        str(root.parent / "secret.png"): "is outside the data root",
        str(root.parent / "root-beside" / "x.png"): "is outside the data root",
        f"file://{root.parent}/secret.png": "is outside the data root",
        "../gone.png": "is outside the data root",
        "https://example.org/x.png": "is outside the data root",
        "file:///etc/passwd": "is outside the data root",
        "pipe.png": "is no plain file",
        "sub": "is no plain file",
        "a\0b": "is no path",
        "": "is no path",
    }
    found = describe_inputs({"path": list(paths)}, kind="image", root=root)
    assert found.examples["input_error"].to_pylist() == list(paths.values())


def test_a_folder_with_a_root(root):
    found = describe_inputs(root, root=root)
    errors = dict(zip(*(found.examples[n].to_pylist() for n in ("example_id", "input_error")),
                      strict=True))  # fmt: skip
    assert errors["link.png"] == "is outside the data root"
    assert errors["good.png"] is None
    assert not any(name.startswith("linked/") for name in errors)


@given(st.lists(st.sampled_from(["..", ".", "sub", "linked", "good.png", "", "link.png"])))
def test_no_path_leads_out(tmp_path_factory, parts):
    base = tmp_path_factory.getbasetemp() / "places"
    if not base.exists():
        (base / "root" / "sub").mkdir(parents=True)
        (base / "root" / "good.png").write_bytes(b"x")
        (base / "link.png").write_bytes(b"x")
        (base / "root" / "link.png").symlink_to(base / "link.png")
        (base / "root" / "linked").symlink_to(base)
    places = Places(str(base / "root"), str(base / "root"))
    try:
        found = places.find("/".join(parts))
    except InputError:
        return
    assert os.path.realpath(found.path).startswith(f"{os.path.realpath(base)}/root/")


def test_too_large(root, monkeypatch):
    monkeypatch.setattr("tagline.inputs.limits.MAX_FILE_BYTES", 10)
    with pytest.raises(InputError, match="is larger than"):
        Places(str(root)).find("good.png")
