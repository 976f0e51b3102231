"""`ringi deploy`: all files or none, and the same content once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.cli.conftest import Ringi
from tests.support.diagrams import diagram, form, line, user_task


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "orders"
    folder.mkdir()
    (folder / "order.bpmn").write_bytes(diagram("order", line(user_task("approve", form="approve"))))
    (folder / "approve.form").write_bytes(form("approve", "ok"))
    return folder


def test_a_folder_becomes_one_version(ringi: Ringi, data: Path) -> None:
    said = ringi("deploy", "orders", "--data", data)
    assert said.code == 0
    assert [text.split() for text in said.lines] == [["process", "version"], ["order", "1"], ["2", "files", "deployed."]]


def test_the_same_content_again_makes_no_version(ringi: Ringi, data: Path, files: Path) -> None:
    first, again = (ringi("deploy", "orders", "--data", data, "--json").data for _time in range(2))
    assert (first["is_new"], again["is_new"]) == (True, False)
    assert first["processes"] == again["processes"] == [{"process_id": "order", "version": 1, "name": "Order"}]
    (files / "order.bpmn").write_bytes(diagram("order", line(user_task("look", form="approve"))))
    assert ringi("deploy", "orders", "--data", data, "--json").data["processes"][0]["version"] == 2
    assert ringi("deploy", "orders", "--data", data).lines[-1] == "Nothing changed: 2 files deployed already."


def test_nothing_is_deployed_when_one_file_is_wrong(ringi: Ringi, data: Path, files: Path) -> None:
    (files / "bad.bpmn").write_bytes(diagram("bad", line(user_task("look", form="aprove"))))
    said = ringi("deploy", "orders", "--data", data)
    assert said.code == 1
    assert "bad.bpmn:4 look CHECK-3005" in said.err
    assert "Did you mean “approve”?" in said.err
    assert "nothing was changed" in said.err
    (files / "bad.bpmn").unlink()
    assert ringi("deploy", "orders", "--data", data, "--json").data["processes"][0]["version"] == 1


def test_two_files_of_one_name_are_refused_with_both_places(ringi: Ringi, data: Path, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "order.bpmn").write_bytes(b"")
    said = ringi("deploy", "orders", "copy", "--data", data)
    assert (said.code, "CLI-1005" in said.err) == (1, True)
    assert "orders/order.bpmn and copy/order.bpmn" in said.err


@pytest.mark.parametrize(
    ("word", "code", "told"), [("nothing.bpmn", 2, "does not exist"), ("empty", 1, "no .bpmn, .dmn or .form")]
)
def test_what_is_not_there_is_told(ringi: Ringi, tmp_path: Path, word: str, code: int, told: str) -> None:
    (tmp_path / "empty").mkdir()
    said = ringi("deploy", word)
    assert said.code == code
    assert told in said.err
    assert not (tmp_path / ".ringi").exists(), "a refusal makes no installation"


def test_a_file_of_another_kind_is_refused(ringi: Ringi, data: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("notes", encoding="utf-8")
    said = ringi("deploy", "notes.txt", "--data", data, "--json")
    assert (said.code, said.data["code"]) == (1, "DEPLOY-1003")


def test_the_case_of_a_suffix_does_not_matter(ringi: Ringi, data: Path, files: Path) -> None:
    (files / "order.bpmn").rename(files / "ORDER.BPMN")
    assert ringi("check", "orders").lines == ["2 files: 0 errors, 0 warnings."]
    assert ringi("deploy", "orders", "--data", data, "--json").data["processes"][0]["process_id"] == "order"
