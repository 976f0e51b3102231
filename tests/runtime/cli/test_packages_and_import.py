"""`ringi package` and `ringi import`, with the small package of the web tests."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from tests.runtime.cli.conftest import Ringi

PACKAGE = Path(__file__).parents[1] / "http" / "package"
QUESTIONS = 'Ref,Question,Days\nq1,"When, please?",1\nq2,,2\nq3,How?,many\n'


@pytest.fixture
def leave(ringi: Ringi, data: Path) -> tuple[object, ...]:
    """The options of an installation with the package."""
    options = ("--data", data, "--package", PACKAGE)
    assert ringi("package", "install", PACKAGE, "--data", data).code == 0
    return options


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "questions.csv"
    file.write_text(QUESTIONS, encoding="utf-8")
    return file


def test_an_installed_package_is_listed_and_missing_files_are_told(ringi: Ringi, leave: tuple[object, ...]) -> None:
    assert [text.split()[0] for text in ringi("package", "list", *leave).lines] == ["package", "leave"]
    (listed,) = ringi("package", "list", *leave, "--json").data
    assert (listed["name"], listed["version"], listed["present"]) == ("leave", "1.0.0", True)
    said = ringi("package", "list", *leave[:2])
    assert said.lines[1].endswith("missing")
    assert "--package" in said.lines[2]


def test_a_package_is_installed_as_json(ringi: Ringi, data: Path) -> None:
    said = ringi("package", "install", PACKAGE, "--data", data, "--json")
    assert said.data == {"name": "leave", "version": "1.0.0", "sign_ins": []}


def test_a_check_tells_what_is_wrong_and_touches_nothing(ringi: Ringi, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(PACKAGE, broken)
    (broken / "leave_decision.form").unlink()
    assert ringi("package", "check", PACKAGE).lines == ["leave 1.0.0: 4 files, 0 errors, 0 warnings."]
    said = ringi("package", "check", broken)
    assert said.code == 1
    assert "CHECK-3005" in said.out
    data = ringi("package", "check", broken, "--json").data
    assert (data["files"], [p["code"] for p in data["problems"]]) == (3, ["CHECK-3005"])
    assert not (tmp_path / ".ringi").exists()


@pytest.mark.parametrize("order", ["install", "check"])
@pytest.mark.parametrize(("folder", "code", "told"), [("nowhere", 2, "does not exist"), ("empty", 1, "no package.yaml")])
def test_a_folder_without_a_package_is_told(
    ringi: Ringi, tmp_path: Path, order: str, folder: str, code: int, told: str
) -> None:
    (tmp_path / "empty").mkdir()
    said = ringi("package", order, folder)
    assert said.code == code
    assert told in said.err
    assert not (tmp_path / ".ringi").exists()


def test_a_manifest_that_is_no_yaml_is_told_with_its_line(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "package.yaml").write_text("name: x\nroles: [", encoding="utf-8")
    data = ringi("package", "check", ".", "--json").data
    assert [(p["resource"].endswith("package.yaml"), p["line"] >= 2) for p in data["problems"]] == [(True, True)]


def test_good_rows_are_imported_and_bad_ones_told_with_row_field_and_reason(
    ringi: Ringi, leave: tuple[object, ...], questions: Path
) -> None:
    said = ringi("import", questions, *leave)
    assert said.code == 1
    assert [text.split()[:2] for text in said.lines[:3]] == [["row", "field"], ["3", "Question"], ["4", "Days"]]
    assert said.lines[-1] == "questions.csv as questions: 1 imported, 0 were here already, 2 bad."


def test_the_same_file_again_makes_no_doubles(ringi: Ringi, leave: tuple[object, ...], questions: Path) -> None:
    first, again = (ringi("import", questions, *leave, "--json").data for _time in range(2))
    assert [(one["done"], one["repeated"], one["invalid"]) for one in (first, again)] == [(1, 0, 2), (0, 1, 2)]
    assert [(row["row"], row["errors"][0]["field"]) for row in first["bad_rows"]] == [(3, "text"), (4, "days")]


def test_bad_rows_go_to_a_file(ringi: Ringi, leave: tuple[object, ...], questions: Path, tmp_path: Path) -> None:
    ringi("import", questions, *leave, "--errors", "bad.csv")
    rows = list(csv.DictReader((tmp_path / "bad.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["row"], row["field"]) for row in rows] == [("3", "Question"), ("4", "Days")]
    assert all(row["reason"] for row in rows)


def test_a_file_for_bad_rows_that_cannot_be_written_stops_the_import_before_it_begins(
    ringi: Ringi, leave: tuple[object, ...], questions: Path
) -> None:
    said = ringi("import", questions, *leave, "--errors", "nowhere/bad.csv")
    assert (said.code, "nowhere/bad.csv: No such file" in said.err) == (1, True)
    assert ringi("import", questions, *leave, "--json").data["done"] == 1


def test_rows_may_be_left_to_a_server(ringi: Ringi, leave: tuple[object, ...], questions: Path) -> None:
    data = ringi("import", questions, *leave, "--no-wait", "--json").data
    assert (data["ready"], data["done"]) == (1, 0)


@pytest.mark.parametrize(
    ("content", "options", "told"),
    [
        (b"", (), "The file is empty"),
        (b"a,b\n1,2\n", (), "No import fits this file with the columns a, b. There are: questions: Ref"),
        (b"\x89PNG\r\n\x00\x00\xff\xfe", (), "encoding"),
        (QUESTIONS.encode(), ("--as", "nothing"), "There is no import 'nothing'. Known are: questions."),
        (QUESTIONS.encode(), ("--encoding", "klingon"), "The encoding must be one of utf-8"),
    ],
)
def test_a_file_that_no_import_can_read_is_told(
    ringi: Ringi, leave: tuple[object, ...], tmp_path: Path, content: bytes, options: tuple[str, ...], told: str
) -> None:
    (tmp_path / "any.csv").write_bytes(content)
    said = ringi("import", "any.csv", *leave, *options)
    assert said.code == 1
    assert told in said.err


@pytest.mark.parametrize("word", ["nothing.csv", "."])
def test_a_path_that_is_no_file_is_wrong_usage(ringi: Ringi, word: str) -> None:
    assert ringi("import", word).code == 2
