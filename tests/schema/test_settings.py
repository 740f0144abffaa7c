import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tagline.exceptions import InputError
from tagline.schema.settings import find_settings, load_settings
from tagline.schema.template import template

HEAD = '[project]\nname = "speech"\n'


@pytest.fixture
def load(tmp_path):
    def load(text, **environment):
        (tmp_path / "tagline.toml").write_text(text, encoding="utf-8")
        return load_settings(tmp_path, environment=environment)

    return load


def test_all_sections(load):
    settings = load(
        HEAD
        + """
        [store]
        metadata = "postgresql://ann@db/tagline"
        lake = "s3://bucket/lake"
        [engine]
        memory_limit = "300MB"
        threads = 2
        [errors]
        tags = ["dim", "device"]
        human = [3, 100]
        level = 0.9
        fail_if = ["error_rate[dim] > 0.1"]
        [[gate]]
        fail_if = "any tag worse"
        undecided = "fail"
        [tags.dim]
        rule = "brightness < 0.25"
        importance = 2
        [tags.device]
        ease = 1.5
        """
    )
    assert settings.project.name == "speech"
    assert settings.engine.connect_url() == "duckdb://?memory_limit=300MB&threads=2"
    assert settings.errors.given() == {
        "tags": ["dim", "device"],
        "human": (3, 100),
        "level": 0.9,
        "fail_if": ["error_rate[dim] > 0.1"],
    }
    (gate,) = settings.gate
    assert (gate.fail_if, gate.on, gate.undecided) == ("any tag worse", None, "fail")
    assert settings.rules() == {"dim": "brightness < 0.25"}
    assert settings.importance() == {"dim": 2.0}
    assert settings.ease() == {"device": 1.5}


def test_nothing_but_a_name(load):
    settings = load(HEAD)
    assert settings.errors.given() == {}
    assert settings.engine.connect_url() is None
    assert settings.store.metadata is None


@given(st.text(min_size=1, max_size=200).filter(str.strip))
def test_the_template_is_valid_whatever_the_name(tmp_path, name):
    path = tmp_path / "tagline.toml"
    path.write_bytes(template(name).encode("utf-8", "surrogatepass"))
    assert load_settings(path, environment={}).project.name == name


def test_the_template_with_a_store(load):
    assert load(template("p", store="postgresql://ann@db/x")).store.metadata.endswith("@db/x")


def test_only_the_address_of_the_metadata_comes_from_the_environment(load):
    settings = load(HEAD, TAGLINE_STORE_URL="postgresql://u:secret@db/x", TAGLINE_LAKE="elsewhere")
    assert settings.store.metadata == "postgresql://u:secret@db/x"
    assert settings.store.lake is None
    assert "secret" not in repr(settings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[projct]\nname = "x"', r"unknown key `projct`\. Did you mean 'project'\?"),
        (HEAD + "[errors]\nlable = 'y'", r"unknown key `errors\.lable`\. Did you mean 'label'\?"),
        (HEAD + "[tags.dim]\nruel = 'y'", r"unknown key `tags\.dim\.ruel`\. Did you mean 'rule'"),
        ("", r"lacks the key `project`"),
        ("[project]", r"lacks the key `project\.name`"),
        ("[project]\nname = 3", r"`project\.name` must be text\. Got 3 instead"),
        ("[project]\nname = ' '", r"`project\.name` must not be blank\. Got ' ' instead"),
        (HEAD + "[engine]\nthreads = '2'", r"`engine\.threads` must be a whole number\. Got '2'"),
        (HEAD + "[engine]\nthreads = 0", r"`engine\.threads` must be greater than or equal to 1"),
        (
            HEAD + "[engine]\nurl = 'local[2]'\nthreads = 2",
            r"`engine` must not set `threads` for 'local\[2\]': it is DuckDB's",
        ),
        (HEAD + "[errors]\nlevel = 95", r"`errors\.level` must be less than 1\. Got 95 instead"),
        (HEAD + "[errors]\ntags = 'dim'", r"`errors\.tags` must be a list of names, or a table"),
        (HEAD + "[errors]\nhuman = 5", r"`errors\.human` must be a column, a rate in \[0, 1\]"),
        (HEAD + "[errors]\nhuman = {dim = [1]}", r"`errors\.human` must be a column, a rate"),
        (HEAD + "[errors]\nfail_if = [1]", r"`errors\.fail_if` must be text\. Got 1 instead"),
        (
            HEAD + "[[gate]]\nfail_fi = 'x'",
            r"unknown key `gate\.1\.fail_fi`\. Did you mean 'fail_if'",
        ),
        (HEAD + "[[gate]]\non = 'errors'", r"lacks the key `gate\.1\.fail_if`"),
        (
            HEAD + "[[gate]]\nfail_if = 'a'\n[[gate]]\nfail_if = 'b'\non = 'both'",
            r"`gate\.2\.on` must be 'errors' or 'compare'\. Got 'both' instead",
        ),
        (HEAD + "[gate]\nfail_if = 'a'", r"`gate` must be a list\. Got"),
        (HEAD + "[tags]\ndim = 1", r"`tags\.dim` must be a table\. Got 1 instead"),
        (HEAD + "[tags.dim]\nease = 0", r"`tags\.dim\.ease` must be greater than 0\. Got 0"),
        (HEAD + "[tags.dim]\nease = inf", r"`tags\.dim\.ease` must be a finite number"),
        ("[project]\nname = ", r"is not valid TOML: .*\(at line 2, the last\)"),
        ("[project]\nname = x\n", r"is not valid TOML: .*\(at line 2, column 8\)"),
        (
            HEAD + "[errors]  # as it came\n\n[errors]\nlevel = 0.9\n",
            r"the section \[errors\] of line 5 stands already on line 3: put its keys there",
        ),
    ],
)
def test_a_mistake_is_one_sentence_with_file_and_key(load, text, message):
    with pytest.raises(InputError, match=message) as error:
        load(text)
    assert "tagline.toml" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match=r"There is no .*tagline\.toml: make a project with"):
        load_settings(tmp_path)


def test_the_file_is_looked_for_upwards(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    assert find_settings(inner) is None
    (tmp_path / "tagline.toml").touch()
    assert find_settings(inner) == tmp_path / "tagline.toml"


def test_another_encoding(tmp_path):
    (tmp_path / "tagline.toml").write_bytes("[project]\nname = 'é'".encode("latin-1"))
    with pytest.raises(InputError, match="is not UTF-8 text"):
        load_settings(tmp_path)


def test_the_relations_come_without_pydantic():
    code = "import sys, tagline.schema; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
