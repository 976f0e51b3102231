"""What cannot run is refused by every door alike, with element, line, code, reason and way out; and nothing of it is stored."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from sqlalchemy import text

from runtime.access.actor import SYSTEM
from runtime.access.passwords import Passwords
from runtime.cli.main import main
from runtime.http.app import create_app
from runtime.platform import Config, Platform, build

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="http://example.com/demo">
  <bpmn:process id="order" name="Order" isExecutable="true">
    <bpmn:startEvent id="start" />
    <bpmn:scriptTask id="price" name="Price">
      <bpmn:extensionElements>
        <zeebe:script expression="=amount * 2" resultVariable="price" />
      </bpmn:extensionElements>
    </bpmn:scriptTask>
    <bpmn:userTask id="approve" name="Approve">
      <bpmn:extensionElements>
        <zeebe:userTask />
        <zeebe:formDefinition formId="approve" />
      </bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:endEvent id="end" />
    <bpmn:sequenceFlow id="f1" sourceRef="start" targetRef="price" />
    <bpmn:sequenceFlow id="f2" sourceRef="price" targetRef="approve" />
    <bpmn:sequenceFlow id="f3" sourceRef="approve" targetRef="end" />
  </bpmn:process>
</bpmn:definitions>
"""
FORM = json.dumps({"type": "default", "id": "approve", "components": [{"type": "textfield", "key": "ok", "label": "OK"}]})
SCRIPT = """<bpmn:extensionElements>
        <zeebe:script expression="=amount * 2" resultVariable="price" />
      </bpmn:extensionElements>"""

DECISION = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="sizes" name="Sizes" namespace="http://example.com/demo">
  <decision id="size" name="Size">
    <variable id="v" name="size" />
    <literalExpression id="l">
      <text>if amount &gt; 10 then "big" else "small"</text>
    </literalExpression>
  </decision>
</definitions>
"""
FILES = {"order.bpmn": GOOD, "approve.form": FORM, "size.dmn": DECISION}


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One of FILES with one part that is wrong. `line` is where the new part stands; a whole file has no element."""

    old: str
    new: str
    line: int
    code: str
    element: str | None
    says: str
    way_out: str
    file: str = "order.bpmn"

    @property
    def files(self) -> dict[str, str]:
        good = FILES[self.file]
        assert self.old in good
        return {**FILES, self.file: good.replace(self.old, self.new)}


CASES = {
    "an unknown element": Refused(
        old="bpmn:userTask",
        new="bpmn:humanTask",
        line=11,
        code="BPMN-3101",
        element="approve",
        says="“humanTask” is no element",
        way_out="delete",
    ),
    "a script in Python": Refused(
        old=SCRIPT,
        new="<bpmn:script>import os</bpmn:script>",
        line=7,
        code="BPMN-3221",
        element="price",
        says="not FEEL",
        way_out="zeebe:script",
    ),
    "a script task in Python": Refused(
        old='name="Price"',
        new='name="Price" scriptFormat="python"',
        line=6,
        code="BPMN-3221",
        element="price",
        says="python, not FEEL",
        way_out="zeebe:script",
    ),
    "a form that does not exist": Refused(
        old='formId="approve"',
        new='formId="aprove"',
        line=11,
        code="CHECK-3005",
        element="approve",
        says="“aprove”, which does not exist",
        way_out="“approve”",
    ),
    "a broken expression": Refused(
        old="=amount * 2",
        new="=amount * * 2",
        line=8,
        code="BPMN-3501",
        element="price",
        says="column 10",
        way_out="expression",
    ),
    "a DOCTYPE": Refused(
        old='encoding="UTF-8"?>\n',
        new='encoding="UTF-8"?>\n<!DOCTYPE definitions [<!ENTITY secret SYSTEM "file:///etc/hostname">]>\n',
        line=2,
        code="XML-3002",
        element=None,
        says="has a DOCTYPE",
        way_out="Delete the <!DOCTYPE",
    ),
    "a DOCTYPE in a decision": Refused(
        file="size.dmn",
        old='encoding="UTF-8"?>\n',
        new='encoding="UTF-8"?>\n<!DOCTYPE definitions>\n',
        line=2,
        code="XML-3002",
        element=None,
        says="has a DOCTYPE",
        way_out="Delete the <!DOCTYPE",
    ),
    "a broken expression in a decision": Refused(
        file="size.dmn",
        old="else",
        new="els",
        line=6,
        code="FEEL-1001",
        element="l",
        says="Did you mean 'else'?",
        way_out="Correct the expression",
    ),
}
Problems = list[dict[str, Any]]


@pytest.fixture
def platform(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """An installation without packages, on which GOOD is deployed already."""
    monkeypatch.setenv("RINGI_INSTALLED_PACKAGES", "no")
    built = build(Config(database=sqlite_url, data_dir=tmp_path), packages=())
    built.access.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    built.prepare()
    with built.database.write(SYSTEM, "test") as work:
        built.processes.deploy(work, {name: content.encode() for name, content in FILES.items()})
    yield built
    built.database.close()


@pytest.fixture
def send(platform: Platform) -> Callable[..., Any]:
    """Sends a deployment by REST, as an administrator."""
    with platform.database.write(SYSTEM, "test") as work:
        platform.access.add_user(work, "demo-boss", name="Demo Boss", password="correct horse", roles=["administrator"])
        token = platform.access.create_token(work, "demo-boss", "test")[1]
    client = create_app(platform).test_client()

    def post(**body: Any) -> Any:
        return client.post("/api/v1/deployments", headers={"Authorization": f"Bearer {token}"}, **body)

    return post


Refuse = Callable[[dict[str, str]], Problems]
Doors = dict[str, Refuse]


@pytest.fixture
def doors(platform: Platform, send: Callable[..., Any], tmp_path: Path) -> Doors:
    """Each way for a diagram into the house; each answers with the problems for which it was refused."""
    folder = tmp_path / "files"
    folder.mkdir()

    def command(*words: str) -> Refuse:
        def run(files: dict[str, str]) -> Problems:
            _write(folder, files)
            result = CliRunner().invoke(main, [words[0], str(folder), *words[1:], "--json"])
            assert result.exit_code == 1
            return list(json.loads(result.stdout)["problems"])

        return run

    def rest(body: Callable[[dict[str, str]], dict[str, Any]]) -> Refuse:
        def run(files: dict[str, str]) -> Problems:
            answer = send(**body(files))
            assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
            assert answer.json["code"] == "DEPLOY-1001"
            return list(answer.json["problems"])

        return run

    return {
        "ringi check": command("check"),
        "ringi deploy": command("deploy", "--database", platform.database.url),
        "JSON": rest(lambda files: {"json": {"resources": files}}),
        "upload": rest(lambda files: {"data": {"files": [(io.BytesIO(t.encode()), name) for name, t in files.items()]}}),
    }


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")


def stored(platform: Platform) -> dict[str, list[Any]]:
    """All that a deployment writes."""
    with platform.database.read(SYSTEM) as work:
        return {
            table: [tuple(row) for row in work.connection.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2"))]
            for table in ("deployment", "resource", "deployed_part", "process_definition", "message_start")
        }


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_door_refuses_with_element_line_reason_and_way_out(doors: Doors, case: Refused, platform: Platform) -> None:
    before = stored(platform)
    told = {door: refuse(case.files) for door, refuse in doors.items()}
    for door, problems in told.items():
        (problem,) = problems
        assert (problem["code"], problem["line"], problem["severity"]) == (case.code, case.line, "error"), door
        assert problem.get("element") == case.element, door
        assert problem["resource"].endswith(case.file), door
        assert case.says in problem["message"], door
        assert case.way_out in problem["fix"], door
    assert stored(platform) == before


def test_the_same_file_without_the_mistake_is_taken(send: Callable[..., Any], platform: Platform) -> None:
    before = stored(platform)
    answer = send(json={"resources": {**FILES, "order.bpmn": GOOD.replace("* 2", "* 3")}})
    assert (answer.status_code, answer.json["definitions"][0]["version"]) == (201, 2)
    assert len(stored(platform)["deployment"]) == len(before["deployment"]) + 1 == 2


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_person_at_the_prompt_reads_the_same(case: Refused, tmp_path: Path) -> None:
    _write(tmp_path, case.files)
    result = CliRunner().invoke(main, ["check", str(tmp_path)])
    first, reason, way_out = result.stdout.splitlines()[:3]
    assert first.split()[1].endswith(f"{case.file}:{case.line}")
    assert first.split()[2:] == [part for part in (case.element, case.code) if part]
    assert case.says in reason
    assert way_out.startswith("  → ")
    assert case.way_out in way_out
