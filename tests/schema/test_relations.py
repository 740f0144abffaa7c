import re

import pyarrow as pa
import pytest

from tagline.exceptions import InputError
from tagline.schema import EXAMPLE_ID, RELATIONS


def test_the_five_relations_of_the_design_and_feedback():
    names = ["examples", "annotations", "tags", "predictions", "events", "feedback"]
    assert list(RELATIONS) == names


@pytest.mark.parametrize("name", ["examples", "annotations", "tags", "predictions"])
def test_what_is_about_examples_names_them_by_one_column(name):
    schema = RELATIONS[name].arrow_schema()
    assert schema.field(EXAMPLE_ID).equals(pa.field(EXAMPLE_ID, pa.string(), nullable=False))


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=lambda relation: relation.name)
def test_every_column_has_a_meaning_and_arrow_knows_its_type(relation):
    assert all(column.meaning.endswith(".") for column in relation.columns)
    fixed = [column.name for column in relation.columns if column.type is not None]
    assert relation.arrow_schema().names == fixed


def test_a_column_by_name():
    assert not RELATIONS["tags"]["value"].required
    with pytest.raises(KeyError, match="label"):
        RELATIONS["tags"]["label"]


def test_a_table_of_a_relation_has_its_columns_first_and_as_they_must_be():
    found = pa.schema({"text": pa.string(), "n": pa.int64(), "example_id": pa.string()})
    fitted = RELATIONS["examples"].fitted(found)
    assert fitted.names == ["example_id", "text", "n"]
    assert not fitted.field("example_id").nullable


@pytest.mark.parametrize(
    ("name", "columns", "message"),
    [
        ("examples", ["id"], "A table of examples lacks the column 'example_id': add it"),
        ("tags", ["example_id", "tag", "vlaue"], "no column 'vlaue'. Did you mean 'value'?"),
    ],
)
def test_columns_that_do_not_fit(name, columns, message):
    with pytest.raises(InputError, match=re.escape(message)):
        RELATIONS[name].fitted(pa.schema({column: pa.string() for column in columns}))
