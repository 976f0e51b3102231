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


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A file that is GOOD but for one part. `line` is where the new part stands; a whole file has no element."""

    old: str
    new: str
    line: int
    code: str
    element: str | None
    says: str
    way_out: str

    @property
    def xml(self) -> str:
        assert self.old in GOOD
        return GOOD.replace(self.old, self.new)


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
        built.processes.deploy(work, {"order.bpmn": GOOD.encode(), "approve.form": FORM.encode()})
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


Doors = dict[str, Callable[[str], Problems]]


@pytest.fixture
def doors(platform: Platform, send: Callable[..., Any], tmp_path: Path) -> Doors:
    """Each way for a diagram into the house; each answers with the problems for which it was refused."""
    folder = tmp_path / "files"
    folder.mkdir()

    def command(*words: str) -> Callable[[str], Problems]:
        def run(xml: str) -> Problems:
            (folder / "order.bpmn").write_text(xml, encoding="utf-8")
            (folder / "approve.form").write_text(FORM, encoding="utf-8")
            result = CliRunner().invoke(main, [words[0], str(folder), *words[1:], "--json"])
            assert result.exit_code == 1
            return list(json.loads(result.stdout)["problems"])

        return run

    def rest(body: Callable[[str], dict[str, Any]]) -> Callable[[str], Problems]:
        def run(xml: str) -> Problems:
            answer = send(**body(xml))
            assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
            assert answer.json["code"] == "DEPLOY-1001"
            return list(answer.json["problems"])

        return run

    return {
        "ringi check": command("check"),
        "ringi deploy": command("deploy", "--database", platform.database.url),
        "JSON": rest(lambda xml: {"json": {"resources": {"order.bpmn": xml, "approve.form": FORM}}}),
        "upload": rest(lambda xml: {"data": {"files": [_upload("order.bpmn", xml), _upload("approve.form", FORM)]}}),
    }


def _upload(name: str, content: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO(content.encode()), name


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
    told = {door: refuse(case.xml) for door, refuse in doors.items()}
    for door, problems in told.items():
        (problem,) = problems
        assert (problem["code"], problem["line"], problem["severity"]) == (case.code, case.line, "error"), door
        assert problem.get("element") == case.element, door
        assert problem["resource"].endswith("order.bpmn"), door
        assert case.says in problem["message"], door
        assert case.way_out in problem["fix"], door
    assert stored(platform) == before


def test_the_same_file_without_the_mistake_is_taken(send: Callable[..., Any], platform: Platform) -> None:
    before = stored(platform)
    answer = send(json={"resources": {"order.bpmn": GOOD.replace("* 2", "* 3"), "approve.form": FORM}})
    assert (answer.status_code, answer.json["definitions"][0]["version"]) == (201, 2)
    assert len(stored(platform)["deployment"]) == len(before["deployment"]) + 1 == 2


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_person_at_the_prompt_reads_the_same(case: Refused, tmp_path: Path) -> None:
    (tmp_path / "order.bpmn").write_text(case.xml, encoding="utf-8")
    (tmp_path / "approve.form").write_text(FORM, encoding="utf-8")
    result = CliRunner().invoke(main, ["check", str(tmp_path)])
    first, reason, way_out = result.stdout.splitlines()[:3]
    assert first.split()[1].endswith(f"order.bpmn:{case.line}")
    assert first.split()[2:] == [part for part in (case.element, case.code) if part]
    assert case.says in reason
    assert way_out.startswith("  → ")
    assert case.way_out in way_out
