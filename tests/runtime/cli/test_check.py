"""`ringi check`: files and folders, counts, and what it takes to fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.runtime.cli.conftest import Ringi
from tests.support.diagrams import diagram, line, service_task, user_task

WARNED = diagram("warned", line(service_task("call", "x"))).replace(
    b"<bpmn:serviceTask", b'<bpmn:serviceTask xmlns:other="http://example.com/other" other:colour="red"', 1
)


@pytest.fixture(autouse=True)
def files(tmp_path: Path) -> None:
    (tmp_path / "good").mkdir()
    (tmp_path / "good" / "fine.bpmn").write_bytes(diagram("fine", line(user_task("look"))))
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "form.bpmn").write_bytes(diagram("form", line(user_task("look", form="nowhere"))))
    (tmp_path / "bad" / "text.bpmn").write_text("no xml", encoding="utf-8")


def test_good_files_pass(ringi: Ringi) -> None:
    said = ringi("check", "good", "--strict")
    assert (said.code, said.out) == (0, "1 file: 0 errors, 0 warnings.\n")


def test_each_finding_names_file_line_element_and_way_out(ringi: Ringi) -> None:
    said = ringi("check", "bad")
    assert said.code == 1
    assert any(text.startswith("error bad/form.bpmn:") and text.endswith("look CHECK-3005") for text in said.lines)
    assert "error bad/text.bpmn:1 XML-3004" in said.lines
    assert said.out.count("→") == 2
    assert said.lines[-1] == "2 files: 2 errors, 0 warnings."


def test_findings_are_counted_by_reason_with_an_example(ringi: Ringi) -> None:
    said = ringi("check", "bad", "--summary")
    assert said.lines[0].split()[:4] == ["files", "count", "severity", "code"]
    counted = [text.split()[:4] for text in said.lines[1:3]]
    assert counted == [["1", "1", "error", "CHECK-3005"], ["1", "1", "error", "XML-3004"]]
    assert "bad/text.bpmn, line 1)" in said.lines[2]
    assert said.lines[3] == "0 accepted, 2 refused."


def test_reasons_are_counted_over_all_files_errors_first(ringi: Ringi, tmp_path: Path) -> None:
    for name in ("a.bpmn", "b.bpmn"):
        (tmp_path / name).write_bytes(WARNED)
    (tmp_path / "c.bpmn").write_bytes(b"<")
    data = ringi("check", "a.bpmn", "b.bpmn", "c.bpmn", "--each", "--summary", "--json").data
    assert (data["files"], data["refused"], data["errors"]) == (3, 1, 1)
    first, *others = data["reasons"]
    assert (first["files"], first["example"]["severity"]) == (1, "error")
    assert {(reason["files"], reason["example"]["severity"]) for reason in others} == {(2, "warning")}


def test_files_that_do_not_belong_together_are_checked_each_by_itself(ringi: Ringi, tmp_path: Path) -> None:
    for name in ("a.bpmn", "b.bpmn"):
        (tmp_path / name).write_bytes(WARNED)
    assert ringi("check", "a.bpmn", "b.bpmn", "--json").data["errors"] > 0
    assert ringi("check", "a.bpmn", "b.bpmn", "--each", "--json").data["errors"] == 0


def test_findings_as_json(ringi: Ringi) -> None:
    data = ringi("check", "bad", "--json").data
    assert (data["files"], data["errors"], data["warnings"]) == (2, 2, 0)
    assert [(p["resource"], p["code"], p["severity"]) for p in data["problems"]] == [
        ("bad/form.bpmn", "CHECK-3005", "error"),
        ("bad/text.bpmn", "XML-3004", "error"),
    ]


def test_warnings_fail_a_strict_check_only(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "warned.bpmn").write_bytes(WARNED)
    loose, strict = ringi("check", "warned.bpmn", "--json"), ringi("check", "warned.bpmn", "--strict", "--json")
    assert loose.data == strict.data
    assert loose.data["errors"] == 0
    assert loose.data["warnings"] > 0
    assert (loose.code, strict.code) == (0, 1)


def test_nothing_to_check_is_a_failure(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = ringi("check", "empty")
    assert said.code == 1
    assert "CLI-1003" in said.err


def test_a_path_that_is_not_there_is_wrong_usage(ringi: Ringi) -> None:
    assert ringi("check", "nowhere").code == 2
