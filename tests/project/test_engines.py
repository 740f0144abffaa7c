import pytest

from tagline.project import Project

# py4j leaves sockets to the garbage collector
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)

ROWS = {
    "example_id": ["a", "b", "c"],
    "y": [1, 0, 1],
    "words": [["x"], [], None],
    "p": [0.5, None, 1.0],
}
MORE = {"example_id": ["d"], "y": [1], "dim": [True], "p": [0.25]}


@pytest.mark.needs("java")
def test_spark_and_duckdb_read_the_same(tmp_path, spark):
    with Project.init(tmp_path) as project:
        project.add_predictions(ROWS, run="r", label="y", prediction="p")
        project.add_predictions(MORE, run="r", label="y", prediction="p")
        expected = project.connection.fetch(project.predictions().order_by("example_id"))
    text = (tmp_path / "tagline.toml").read_text()
    (tmp_path / "tagline.toml").write_text(
        text.replace("[engine]\n", '[engine]\nurl = "local[2]"\n')
    )
    with Project.open(tmp_path) as project:
        assert project.connection.name == "pyspark"
        found = project.connection.fetch(project.predictions().order_by("example_id"))
        again = project.add_predictions(ROWS, run="r", label="y", prediction="p")
    assert found.to_pylist() == expected.to_pylist()
    assert again.predictions_known == 3


@pytest.mark.needs("java")
def test_a_spark_frame_is_imported(project, spark):
    frame = spark.createDataFrame(
        [("a", 1, 0.5), ("b", 0, None)], "example_id string, y int, p double"
    )
    done = project.add_predictions(frame, run="r", label="y", prediction="p")
    assert (done.examples_new, done.predictions_new) == (2, 2)
    same = {"example_id": ["b", "a"], "y": [0, 1], "p": [None, 0.5]}
    assert project.add_predictions(same, run="r", label="y", prediction="p").predictions_known == 2


@pytest.mark.parametrize("folder", ["ein Ordner, ü", "it's", "#1 & 100%"])
def test_a_folder_with_an_odd_name(tmp_path, folder):
    with Project.init(tmp_path / folder) as project:
        project.add_predictions(ROWS, run="r", label="y", prediction="p")
        project.add_predictions(MORE, run="r", label="y", prediction="p")
        assert project.connection.fetch(project.predictions()).num_rows == 4


def test_a_lake_at_a_url(tmp_path):
    Project.init(tmp_path / "p").close()
    settings = tmp_path / "p" / "tagline.toml"
    url = (tmp_path / "lake").as_uri()
    settings.write_text(settings.read_text().replace("[store]\n", f'[store]\nlake = "{url}"\n'))
    with Project.open(tmp_path / "p") as project:
        project.add_predictions(ROWS, run="r", label="y", prediction="p")
        project.add_predictions(MORE, run="r", label="y", prediction="p")
        assert project.connection.fetch(project.predictions()).num_rows == 4
    assert (tmp_path / "lake" / "examples" / "_delta_log").is_dir()
    assert not (tmp_path / "p" / ".tagline" / "lake").exists()
