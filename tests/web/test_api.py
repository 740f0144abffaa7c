"""The HTTP API: the documents of the command line, pages of examples, predictions that come in."""

import csv
import io
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tagline.web.api.answers import json_value

TABLE = pa.table({"example_id": ["e0", "e1", "new"], "said": ["no", "yes", "no"]})
STREAM = "application/vnd.apache.arrow.stream"


@pytest.fixture
def viewer(browser):
    return browser("viewer")


@pytest.fixture
def send(browser, app):
    """What sends a body as an editor's program does."""
    bearers = app.state.server.bearers
    token = bearers.make_token(app.state.server.people.find("editor").id, "laptop")
    program = browser(headers={"Authorization": f"Bearer {token}"})

    def send(body, kind, **query):
        query = {"run": "second", "prediction": "said", **query}
        return program.post(
            "/api/v1/imports", params=query, content=body, headers={"Content-Type": kind}
        )

    return send


def stream_of(table):
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def parquet_of(table):
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


def test_what_there_is(viewer):
    assert viewer.get("/api/v1/project").json() == {
        "name": "speech",
        "person": "viewer",
        "role": "viewer",
        "runs": 1,
    }
    (run,) = viewer.get("/api/v1/runs").json()
    assert (run["name"], run["predictions"]) == ("first", 40)
    (done,) = viewer.get("/api/v1/imports").json()
    assert (done["run"], done["examples_new"]) == ("first", 40)


def test_errors_are_the_document_of_the_command_line(viewer, project):
    found = viewer.get("/api/v1/errors", params={"tags": ["noisy", "device"], "human": "0.1"})
    expected = project.analyze_errors(tags=["noisy", "device"], human=0.1)
    assert found.json() == json.loads(expected.to_json())
    pair = viewer.get("/api/v1/errors", params={"human": "2/20", "where": "noisy", "level": 0.8})
    assert pair.json()["examples"] == 8
    rows = list(csv.DictReader(io.StringIO(viewer.get("/api/v1/errors?format=csv").text)))
    assert rows[-1]["tag"] == "(all)"


def test_other_weights(viewer):
    query = {"tags": ["device"], "importance": ["device=d=3"], "ease": ["device=d=2"]}
    plain = viewer.get("/api/v1/errors", params={"tags": ["device"]}).json()["tags"][0]
    found = viewer.get("/api/v1/errors", params=query).json()["tags"][0]
    assert (plain["tag"], plain["importance"], plain["ease"]) == ("device=d", 1, 1)
    assert (found["tag"], found["importance"], found["ease"]) == ("device=d", 3, 2)
    assert found["priority"] == pytest.approx(6 * plain["priority"])


def test_compare_and_slices(viewer, project, send):
    assert "needs two runs" in viewer.get("/api/v1/compare").json()["error"]
    rows = pa.table({"example_id": [f"e{n}" for n in range(40)], "said": ["yes"] * 40})
    assert send(stream_of(rows), STREAM).status_code == 201
    found = viewer.get("/api/v1/compare", params={"tags": ["noisy"]}).json()
    assert found == json.loads(project.compare_runs("first", "second", tags=["noisy"]).to_json())
    slices = viewer.get("/api/v1/slices?run=first&min_support=2&columns=device").json()
    assert "headline" in slices
    assert viewer.get(
        "/api/v1/slices?run=first&min_support=2&columns=device&format=csv"
    ).text.startswith("slice,")


def test_a_page_of_examples(viewer):
    query = {"where": "y <> said", "limit": 3, "offset": 2, "columns": ["y", "said"]}
    found = viewer.get("/api/v1/examples", params=query).json()
    assert (found["run"], found["total"], found["offset"]) == ("first", 10, 2)
    assert [list(each) for each in found["examples"]] == [["example_id", "y", "said"]] * 3
    ids = [
        each["example_id"]
        for offset in (0, 15, 30)
        for each in viewer.get(f"/api/v1/examples?limit=15&offset={offset}").json()["examples"]
    ]
    assert ids == sorted(ids)
    assert len(set(ids)) == 40


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("examples?where=(select 1)", "may not"),
        ("examples?where=read_text('/etc/passwd')", "read_text"),
        ("examples?where=y; drop table x", "no scalar SQL expression"),
        ("examples?where=y", "must be true or false"),
        ("examples?columns=yy", "Did you mean 'y'?"),
        ("examples?run=frist", "Did you mean 'first'?"),
        ("examples?limit=0", "limit: input should be greater than or equal to 1."),
        ("examples?offset=-1", "offset: "),
        ("errors?measure=__import__('os')", "measure"),
        ("errors?tags=noize", "Did you mean"),
        ("errors?where=y %2B", "no scalar SQL expression"),
        ("errors?importance=noisy", "`importance` must be TAG=NUMBER"),
        ("errors?importance=noisy=0", "above 0"),
        ("errors?importance=gone=2", "gone"),
        ("errors?human=5", "5"),
        ("errors?level=2", "level: "),
        ("errors?format=xml", "format: "),
        ("slices?depth=9", "depth: "),
        ("compare?before=first&after=first", "one run"),
    ],
)
def test_what_is_refused_in_one_sentence(viewer, path, said, project):
    if path.startswith("compare"):
        rows = {"example_id": ["e1"], "said": ["no"]}
        project.add_predictions(rows, run="second", label=None, prediction="said")
    answer = viewer.get(f"/api/v1/{path}")
    assert answer.status_code == 422
    assert said in answer.json()["error"]


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (stream_of, STREAM),
        (parquet_of, "application/vnd.apache.parquet"),
        (lambda t: t.to_pandas().to_csv(index=False).encode(), "text/csv; charset=utf-8"),
    ],
)
def test_predictions_come_in_once(send, make, kind, project, app):
    answer = send(make(TABLE), kind, source="laptop.csv")
    assert answer.status_code == 201, answer.text
    said = answer.json()
    assert (said["predictions_new"], said["examples_new"], said["examples_known"]) == (3, 1, 2)
    assert send(make(TABLE), kind).json()["message"].endswith("nothing changed.")
    assert project.store.run().name == "second"
    line = app.state.server.people.audit(1)[0]
    assert (line.person, line.what, line.detail["run"]) == ("editor", "import", "second")


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"", "text/csv", "The body is empty"),
        (b"PAR1 and no more", "application/vnd.apache.parquet", "the body is no whole Parquet"),
        (b"\xff\xff\xff\xff\x10", STREAM, "cannot be read"),
        (stream_of(TABLE)[:-40], STREAM, "cannot be read"),
        (b"example_id,sad\ne1,x\n", "text/csv", "the body does not have. Did you mean 'sad'?"),
        (b"example_id,said\ne1,x\ne1,y\n", "text/csv", "occurs 2 times"),
        (b"x", "application/json", "Content-Type is one of"),
        (b"x", "", "Content-Type is one of"),
    ],
)
def test_a_body_that_is_no_table(send, body, kind, said, project):
    answer = send(body, kind)
    assert answer.status_code == 422
    assert said in answer.json()["error"]
    assert "upload-" not in answer.json()["error"]
    assert [run.name for run in project.runs] == ["first"]


def test_offsets_that_point_outside_are_refused(send):
    body = stream_of(pa.table({"example_id": ["e0", "e1"], "said": ["aaa", "bbb"]}))
    ends = np.array([0, 3, 6], "<i4").tobytes()
    assert body.count(ends) == 1
    answer = send(body.replace(ends, np.array([0, 3, 10_000], "<i4").tobytes()), STREAM)
    assert answer.status_code == 422
    assert "cannot be read" in answer.json()["error"]


def test_other_content_for_what_is_known_is_a_conflict(send):
    assert send(stream_of(TABLE), STREAM).status_code == 201
    other = pa.table({"example_id": ["e0"], "said": ["maybe"]})
    answer = send(stream_of(other), STREAM)
    assert answer.status_code == 409
    assert "e0" in answer.json()["error"]


def test_values_of_all_kinds_as_json():
    from datetime import UTC, date, datetime, timedelta
    from decimal import Decimal

    value = {
        "nan": float("nan"),
        "inf": [float("inf"), 1.5],
        "at": datetime(2026, 1, 2, tzinfo=UTC),
        "day": date(2026, 1, 2),
        "decimal": Decimal("1.50"),
        "bytes": b"a" * 70_000,
        "span": (timedelta(seconds=1), None, True, 3),
    }
    found = json_value(value)
    assert json.loads(json.dumps(found, allow_nan=False)) == {
        "nan": None,
        "inf": [None, 1.5],
        "at": "2026-01-02T00:00:00+00:00",
        "day": "2026-01-02",
        "decimal": "1.50",
        "bytes": {"bytes": 70_000},
        "span": [1.0, None, True, 3],
    }


def test_the_document_names_every_route_of_the_api(viewer, app):
    document = viewer.get("/api/v1/openapi.json").json()
    known = {route.path for route in app.routes if route.path.startswith("/api/v1/")}
    assert set(document["paths"]) == known - {"/api/v1/openapi.json"}
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            assert said["summary"], (method, path)
            assert {"401", "403", "422"} <= set(said["responses"]), (method, path)
