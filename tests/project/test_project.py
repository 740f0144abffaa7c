from pathlib import Path

import pytest

from tagline.exceptions import InputError
from tagline.project import Project


def test_a_new_project(tmp_path):
    with Project.init(tmp_path / "new" / "speech") as project:
        assert project.settings.project.name == "speech"
        assert project.path == tmp_path / "new" / "speech"
        assert project.runs == []
        assert repr(project) == f"Project('speech', '{project.path}')"
    assert (project.path / "tagline.toml").is_file()
    assert (project.path / ".tagline" / ".gitignore").read_text() == "*\n"


def test_it_is_found_from_a_folder_below(tmp_path):
    Project.init(tmp_path, name="speech").close()
    (tmp_path / "a" / "b").mkdir(parents=True)
    for place in (tmp_path, str(tmp_path / "a" / "b"), tmp_path / "tagline.toml"):
        with Project.open(place) as project:
            assert project.path == tmp_path


def test_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Project.init(name="here").close()
    with Project.open() as project:
        assert project.settings.project.name == "here"


def test_a_clone_has_settings_and_no_data(tmp_path):
    Project.init(tmp_path / "one", name="speech").close()
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "tagline.toml").write_bytes((tmp_path / "one/tagline.toml").read_bytes())
    with Project.open(tmp_path / "two") as project:
        assert project.runs == []


def test_only_one_project_in_a_folder(tmp_path):
    Project.init(tmp_path).close()
    text = (tmp_path / "tagline.toml").read_text()
    with pytest.raises(InputError, match=r"There is a project in .* already: open it"):
        Project.init(tmp_path, name="another")
    assert (tmp_path / "tagline.toml").read_text() == text


def test_a_store_that_cannot_be_opened_leaves_no_project(tmp_path):
    with pytest.raises(InputError, match="cannot be used"):
        Project.init(tmp_path, store="postgresql://u@127.0.0.1:1/x")
    assert not (tmp_path / "tagline.toml").exists()


def test_a_folder_that_the_engines_would_misread(tmp_path):
    with pytest.raises(InputError, match=r"Rename the folder, or set `store\.lake`"):
        Project.init(tmp_path / "data[1]")
    assert not (tmp_path / "data[1]" / "tagline.toml").exists()


@pytest.mark.parametrize("store", ["postgresql://u:secret@db/x", "postgresql:///x?password=secret"])
def test_a_password_does_not_get_into_the_settings(tmp_path, store):
    with pytest.raises(InputError, match="set TAGLINE_STORE_URL in the environment") as error:
        Project.init(tmp_path, store=store)
    assert "secret" not in str(error.value)
    assert not (tmp_path / "tagline.toml").exists()


def test_the_store_of_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("TAGLINE_STORE_URL", f"sqlite:///{tmp_path / 'elsewhere.db'}")
    Project.init(tmp_path / "p").close()
    assert (tmp_path / "elsewhere.db").is_file()
    assert "elsewhere" not in (tmp_path / "p" / "tagline.toml").read_text()


def test_a_relative_store_is_meant_from_the_project(tmp_path):
    Project.init(tmp_path / "p", store="sqlite:///meta.db").close()
    assert (tmp_path / "p" / "meta.db").is_file()


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("nowhere", r"There is no folder .*nowhere: make a project with `tagline init`"),
        (".", r"There is no project in .* or above it: no tagline\.toml was found"),
        (
            "s3://u:secret@bucket/p?token=secret",
            r"s3://bucket is no project: it is a folder of this machine's file system, or the",
        ),
        ("https://u:secret@server.example/p", r"The address of a server is http://HOST"),
    ],
)
def test_no_project_there(tmp_path, monkeypatch, place, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=message) as error:
        Project.open(place)
    assert "secret" not in str(error.value)


def test_settings_that_cannot_be_read(tmp_path):
    Project.init(tmp_path).close()
    (tmp_path / "tagline.toml").write_text("[project\n")
    with pytest.raises(InputError, match=r"tagline\.toml is not valid TOML"):
        Project.open(tmp_path)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"cannot be written: Not a directory"):
        Project.init(tmp_path / "file" / "p")


def test_closing_twice_is_fine_and_all_can_be_used_again(project):
    first = project.connection
    project.close()
    project.close()
    assert (project.connection is first, project.runs) == (False, [])


def test_no_secret_and_no_place_of_this_machine_in_what_git_sees(project):
    text = Path(project.path, "tagline.toml").read_text()
    assert str(project.path.parent) not in text
