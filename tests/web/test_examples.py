"""The page of examples, its filters and counts, and the inputs that it shows."""

import io
import json
import re
import struct
import warnings
import wave
import zlib

import pytest
from PIL import Image

from tagline.exceptions import InputError
from tagline.project import Project
from tagline.web import Options, create_app, media
from tagline.web.media import safe_file

CHAT = [
    {"role": "user", "content": "Where is <b>it</b>?"},
    {"role": "assistant", "tool_calls": [{"function": {"name": "find", "arguments": "{}"}}]},
]


def picture(colour=200, size=(40, 30), form="PNG"):
    made = io.BytesIO()
    Image.new("L", size, colour).save(made, form)
    return made.getvalue()


def clip(seconds=0.5, rate=8000):
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\0\x10" * int(seconds * rate))
    return made.getvalue()


def huge_png(width=20_000, height=10_000):
    """A PNG of 200 megapixels by its header, with nothing behind it."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0"))


@pytest.fixture
def add(project):
    """Add a run of inputs in a column, under names of their own."""

    def add(run, column, inputs, **more):
        ids = [f"{run}{number}" for number in range(len(inputs))]
        rows = {"example_id": ids, column: inputs, "y": ["a"] * len(ids), "said": ["a"] * len(ids)}
        project.add_predictions({**rows, **more}, run=run, label="y", prediction="said")

    return add


def counted(browser, query=""):
    return int(re.search(r"<h1>([\d,]+) example", browser.get(f"/examples?{query}").text)[1])


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 40),
        ("answer=wrong", 10),
        ("answer=right", 30),
        ("tag=noisy", 8),
        ("without=noisy", 32),
        ("tag=noisy&answer=wrong", 2),
        ("tag=device%3Db", 10),
        ("label=yes", 20),
        ("prediction=no", 10),
        ("where=device+in+('a','b')+and+noisy", 4),
        ("q=TEXT</b>+39", 1),
        ("tag=(all)", 40),
        ("q=nothing+holds+this", 0),
    ],
)
def test_filters_are_in_the_address(open_server, query, count):
    assert counted(open_server, query) == count


def test_rules_and_people_are_tags_like_others(project, open_server):
    path = project.path / "tagline.toml"
    path.write_text(path.read_text() + "\n[tags.early]\nrule = \"device = 'a' or noisy\"\n")
    project.tags.store.add("odd", by="ann")
    project.tags.store.decide([("e1", "odd", True), ("e2", "odd", False)], by="ann")
    assert counted(open_server, "tag=early") == 16
    assert counted(open_server, "tag=odd") == 1
    assert counted(open_server, "without=odd") == 1
    assert counted(open_server, "unknown=odd") == 38
    answer = open_server.get("/api/v1/examples/counts?tag=early&columns=device").json()
    assert answer["tags"] == {"early": 16, "noisy": 8, "odd": 0}
    assert answer["levels"] == {"device": {"a": 10, "b": 2, "c": 2, "d": 2}}
    assert (answer["total"], answer["wrong"] + answer["right"]) == (16, 16)


def test_pages_follow_each_other_without_gap_or_repeat(open_server):
    seen, address = [], "/examples?size=7&where=not+noisy"
    while address:
        text = open_server.get(address).text
        seen += re.findall(r'class="open" href="[^"]*id=(e\d+)', text)
        found = re.search(r'rel="next" data-do="after" href="([^"]+)"', text)
        address = found and found[1].replace("&amp;", "&")
    wanted = sorted(f"e{n}" for n in range(40) if n % 5)
    assert seen == wanted
    back = open_server.get(f"/examples?size=7&where=not+noisy&before={seen[14]}").text
    assert re.findall(r'class="open" href="[^"]*id=(e\d+)', back) == seen[7:14]


def test_one_at_a_time_goes_both_ways_within_the_filter(open_server):
    text = open_server.get("/examples?view=one&id=e13&tag=noisy").text
    assert 'rel="prev"' in text and "id=e10" in text and "id=e15" in text
    assert "&lt;b&gt;text&lt;/b&gt; 13" in text
    assert "<b>text" not in text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("where=(select+1)", "may not"),
        ("where=read_text('/etc/passwd')", "read_text"),
        ("where=device", "true or false"),
        ("tag=noisi", "Did you mean &#39;noisy&#39;?"),
        ("view=one&id=nobody", "has no example"),
        ("input=texst", "Did you mean"),
        ("facet=devise", "Did you mean"),
        ("run=frist", "Did you mean"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(open_server, query, said):
    answer = open_server.get(f"/examples?{query}")
    assert answer.status_code == 422
    assert said in answer.text


def test_it_says_what_people_said(project, open_server):
    store = project.tags.store
    store.add("odd", by="ann")
    store.decide([("e3", "odd", True)], by="bob")
    store.note("e3", "<i>hm</i>", by="ann")
    store.verdict("e3", by="bob", right_label="maybe")
    text = open_server.get("/examples?view=one&id=e3").text
    assert "bob: yes" in text
    assert "&lt;i&gt;hm&lt;/i&gt;" in text
    assert "it should be maybe" in text


def test_a_project_without_examples_says_how_to_begin(tmp_path):
    with Project.init(tmp_path / "new") as project:
        app = create_app(project, Options(login=False))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from starlette.testclient import TestClient
        text = TestClient(app, base_url="http://localhost").get("/examples").text
        app.state.server.close()
    assert "tagline import" in text


def test_images_come_from_below_the_root_as_thumbnails_and_whole(project, add, open_server):
    folder = project.path / "img"
    folder.mkdir()
    (folder / "a.png").write_bytes(picture(size=(800, 600)))
    (folder / "b.png").write_bytes(b"<script>alert(1)</script>")
    (folder / "c.bmp").write_bytes(picture(form="BMP"))
    (folder / "d.png").write_bytes(huge_png())
    (folder / "e.png").symlink_to(folder / "a.png")
    elsewhere = [
        "../secret.png",
        "/etc/a.png",
        "https://example.org/a.png",
        "img/none.png",
        "e.png/../img/a.png",
    ]
    add(
        "pics",
        "path",
        ["img/a.png", "img/b.png", "img/c.bmp", "img/d.png", "img/e.png", *elsewhere],
    )
    page = open_server.get("/examples?run=pics").text
    small = re.findall(r'<img src="([^"]+)"', page)
    assert len(small) == 10
    first = open_server.get(small[0])
    assert first.headers["content-type"] == "image/jpeg"
    assert max(Image.open(io.BytesIO(first.content)).size) == 320
    assert "sandbox" in first.headers["content-security-policy"]
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in first.headers["cache-control"]
    whole = open_server.get(small[0].replace("/thumbnail/", "/image/"))
    assert whole.content == (folder / "a.png").read_bytes()
    made = open_server.get(small[2].replace("/thumbnail/", "/image/"))
    assert made.headers["content-type"] == "image/png"
    refused = [open_server.get(each, headers={"accept": "application/json"}) for each in small]
    assert [each.status_code for each in refused] == [200, 422, 200] + [422] * 7
    said = [each.json()["error"] for each in refused[3:]]
    for sentence, word in zip(
        said, ["megapixels", "link", "..", "outside", "elsewhere", "not there", ".."], strict=False
    ):
        assert word in sentence or "no path below" in sentence
    assert open_server.get(small[0][:-3] + "abc").status_code == 404


def test_bytes_in_a_column_are_inputs_too(add, open_server):
    add("bytes", "blob", [picture(10), picture(250)])
    small = re.findall(r'<img src="([^"]+)"', open_server.get("/examples?run=bytes").text)
    found = open_server.get(small[1].replace("/thumbnail/", "/image/"))
    assert found.content == picture(250)
    again = open_server.get(small[1], headers={"if-none-match": found.headers["etag"]})
    assert again.status_code in {200, 304}


def test_clips_are_sent_in_ranges(project, add, open_server):
    (project.path / "a.wav").write_bytes(clip())
    (project.path / "b.wav").write_bytes(b"no clip")
    (project.path / "c.wav").write_bytes(clip())
    add("clips", "path", ["a.wav", "b.wav"])
    add("blobs", "blob", [clip()])
    addresses = [
        re.search(r'<audio[^>]* src="([^"]+)"', open_server.get(f"/examples?run={run}").text)[1]
        for run in ("clips", "blobs")
    ]
    for address in addresses:
        part = open_server.get(address, headers={"range": "bytes=10-19"})
        assert (part.status_code, part.content) == (206, clip()[10:20])
        assert part.headers["content-range"] == f"bytes 10-19/{len(clip())}"
        assert part.headers["content-type"] == "audio/wav"
        assert open_server.get(address).content == clip()
    broken = re.findall(r'<audio[^>]* src="([^"]+)"', open_server.get("/examples?run=clips").text)[
        1
    ]
    assert "no audio" in open_server.get(broken).text


def test_limits_are_read_from_the_header(tmp_path, monkeypatch):
    with pytest.raises(InputError, match="megapixels"):
        media.image(huge_png())
    with open(tmp_path / "ten_hours.wav", "wb") as file:  # it takes no room: nothing is written
        file.write(clip(0.01)[:44])
        file.truncate(10 * 3600 * 16_000)
    with pytest.raises(InputError, match="more than 200 MB"):
        safe_file(tmp_path.resolve(), "ten_hours.wav")
    monkeypatch.setattr(media, "MOST_SECONDS", 0.1)
    with pytest.raises(InputError, match="hours"):
        media.audio(clip())


@pytest.mark.parametrize(
    "said", ["", " ", "..", "a/../b.png", "/etc/passwd", "a\0b", ".hidden/a", "s3://b/a.png", "."]
)
def test_no_path_leads_out(tmp_path, said):
    (tmp_path / "b.png").write_bytes(b"x")
    with pytest.raises(InputError):
        safe_file(tmp_path.resolve(), said)


def test_an_absolute_path_below_the_root_is_fine(tmp_path):
    root = tmp_path.resolve()
    (root / "b.png").write_bytes(b"x")
    assert safe_file(root, str(root / "b.png")) == root / "b.png"


def test_chats_and_rows_are_shown_as_such(project, add, open_server):
    add("chats", "messages", [json.dumps(CHAT)] * 2)
    text = open_server.get("/examples?run=chats&view=one").text
    assert "Where is &lt;b&gt;it&lt;/b&gt;?" in text and "find({})" in text
    add("rows", "age", [1, 2])
    assert (
        '<th scope="row">age</th><td>1</td>' in open_server.get("/examples?run=rows&view=one").text
    )


def test_transcripts_show_the_words_that_differ(project, open_server):
    rows = {
        "example_id": ["t1"],
        "clip": ["a.wav"],
        "y": ["turn off the light"],
        "said": ["turn of the light"],
    }
    project.add_predictions(rows, run="speech", label="y", prediction="said")
    text = open_server.get("/examples?run=speech&view=one").text
    assert '<mark class="right">off</mark>' in text and "1 substitution" in text


def test_the_settings_name_column_kind_and_root(project, add, open_server, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x").write_bytes(picture())
    add("named", "where_it_is", ["x"])
    path = project.path / "tagline.toml"
    root = tmp_path / "data"
    text = f'\n[inputs]\ncolumn = "where_it_is"\nkind = "image"\nroot = "{root}"\n'
    path.write_text(path.read_text() + text)
    small = re.search(r'<img src="([^"]+)"', open_server.get("/examples?run=named").text)[1]
    assert open_server.get(small).status_code == 200
