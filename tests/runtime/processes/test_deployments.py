"""Deployments: atomic, versioned by content, pinned together; and the lists of instances."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from runtime.access.actor import Actor
from runtime.errors import Conflict, Invalid, NotFound
from runtime.platform import Platform
from tests.support.diagrams import diagram, form, line, user_task

OpenPlatform = Callable[..., Platform]
ADMIN = Actor(id="demo-admin", name="Demo Admin", roles=frozenset({"administrator"}))

ONE = diagram("one", line(user_task("ask", groups="seller", form="f")))
FORM = form("f", "a")

DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="http://example.com/demo">
  <decision id="grade" name="Grade"><variable name="grade" /><literalExpression><text>"{answer}"</text></literalExpression>
  </decision>
</definitions>"""


def _decide(binding: str, tag: str = "") -> bytes:
    attributes = f'decisionId="grade" resultVariable="grade" bindingType="{binding}"' + (f' versionTag="{tag}"' if tag else "")
    task = (
        '<bpmn:businessRuleTask id="rule"><bpmn:extensionElements>'
        f"<zeebe:calledDecision {attributes} /></bpmn:extensionElements></bpmn:businessRuleTask>"
    )
    return diagram("ruled", line(user_task("ask", groups="seller"), task))


def _call(binding: str, tag: str = "") -> bytes:
    more = f' versionTag="{tag}"' if tag else ""
    inner = f'<zeebe:calledElement processId="child" bindingType="{binding}"{more} />'
    call = f'<bpmn:callActivity id="call"><bpmn:extensionElements>{inner}</bpmn:extensionElements></bpmn:callActivity>'
    return diagram("parent", line(call))


def _child(name: str, tag: str = "") -> bytes:
    extension = f'<bpmn:extensionElements><zeebe:versionTag value="{tag}" /></bpmn:extensionElements>' if tag else ""
    return diagram("child", extension, line(user_task(name, groups="seller", form="f")))


def _deploy(platform: Platform, **files: bytes) -> Any:
    with platform.database.write(ADMIN, "test") as work:
        return platform.processes.deploy(work, {name.replace("__", "."): content for name, content in files.items()})


def _start(platform: Platform, process: str, **variables: Any) -> str:
    with platform.database.write(ADMIN) as work:
        return platform.processes.start(work, process, variables)


def test_the_same_content_again_makes_no_new_version(platform: Platform) -> None:
    first = _deploy(platform, one__bpmn=ONE, f__form=FORM)
    again = _deploy(platform, one__bpmn=ONE, f__form=FORM)
    assert first.is_new
    assert not again.is_new
    assert (again.id, again.definitions) == (first.id, first.definitions)
    assert [d.version for d in first.definitions] == [1]


def test_a_changed_form_alone_makes_a_new_version_of_the_process(platform: Platform) -> None:
    _deploy(platform, one__bpmn=ONE, f__form=FORM)
    second = _deploy(platform, one__bpmn=ONE, f__form=form("f", "b"))
    assert [d.version for d in second.definitions] == [2]


def test_going_back_to_older_content_is_a_new_version(platform: Platform) -> None:
    _deploy(platform, one__bpmn=ONE, f__form=FORM)
    _deploy(platform, one__bpmn=ONE, f__form=form("f", "b"))
    third = _deploy(platform, one__bpmn=ONE, f__form=FORM)
    assert third.is_new
    assert [d.version for d in third.definitions] == [3]


def test_one_bad_file_refuses_all_of_them_with_place_and_reason(platform: Platform) -> None:
    with pytest.raises(Invalid) as caught:
        _deploy(platform, one__bpmn=ONE, f__form=FORM, two__bpmn=diagram("two", line(user_task("x", form="missing"))))
    (problem,) = [p for p in caught.value.problems if p.severity == "error"]
    assert (problem.resource, problem.element) == ("two.bpmn", "x")
    assert problem.line
    with platform.database.read() as work:
        assert platform.processes.definitions(work) == []


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({}, "DEPLOY-1002"),
        ({"../x.bpmn": ONE}, "DEPLOY-1003"),
        ({"x.txt": b""}, "DEPLOY-1003"),
        ({"x.bpmn": b" " * (2 * 1024 * 1024 + 1)}, "DEPLOY-1004"),
    ],
)
def test_what_is_no_deployment_is_refused(platform: Platform, files: dict[str, bytes], code: str) -> None:
    with pytest.raises(Invalid) as caught, platform.database.write(ADMIN) as work:
        platform.processes.deploy(work, files)
    assert caught.value.code == code


def test_an_id_too_long_for_an_index_is_refused(platform: Platform) -> None:
    for files in ({"one.bpmn": ONE.replace(b'"ask"', b'"' + b"a" * 201 + b'"')}, {"f.form": form("f" * 201, "a")}):
        with pytest.raises(Invalid) as caught, platform.database.write(ADMIN) as work:
            platform.processes.deploy(work, files | {"f2.form": FORM})
        assert caught.value.code == "DEPLOY-1008"


def test_a_form_deployed_earlier_is_found(platform: Platform) -> None:
    _deploy(platform, f__form=FORM)
    _deploy(platform, one__bpmn=ONE)
    _start(platform, "one")
    with platform.database.read(ADMIN) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        assert platform.processes.task(work, task.id).form == platform.processes.form(work, "f")


@pytest.mark.parametrize(("binding", "grade"), [("deployment", "old"), ("latest", "new")])
def test_an_instance_decides_by_its_own_deployment_unless_it_asks_for_the_latest(
    platform: Platform, binding: str, grade: str
) -> None:
    _deploy(platform, p__bpmn=_decide(binding), d__dmn=DMN.format(answer="old").encode())
    instance = _start(platform, "ruled")
    _deploy(platform, d__dmn=DMN.format(answer="new").encode())
    with platform.database.write(ADMIN) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        platform.processes.complete_task(work, task.id, {})
        assert platform.processes.instance(work, instance).variables["grade"] == grade


@pytest.mark.parametrize(
    ("binding", "tag", "task"), [("deployment", "", "First"), ("latest", "", "Third"), ("versionTag", "blue", "Second")]
)
def test_a_call_activity_calls_the_version_it_is_bound_to(platform: Platform, binding: str, tag: str, task: str) -> None:
    _deploy(platform, p__bpmn=_call(binding, tag), c__bpmn=_child("first"), f__form=FORM)
    _deploy(platform, c__bpmn=_child("second", "blue"), f__form=FORM)
    _deploy(platform, c__bpmn=_child("third"), f__form=FORM)
    instance = _start(platform, "parent")
    with platform.database.read(ADMIN) as work:
        (found,) = platform.processes.tasks(work, view="all").rows
        detail = platform.processes.task(work, found.id)
        shown = platform.processes.instance(work, instance)
    assert (found.name, found.process_name, found.process_id) == (task, "Child", "parent")
    assert detail.form is not None
    assert shown.counts == {"call": 1}
    assert {e.process_id for e in shown.elements} == {"parent", "child"}


def test_a_running_instance_stays_on_its_version(platform: Platform) -> None:
    _deploy(platform, one__bpmn=ONE, f__form=FORM)
    old = _start(platform, "one")
    _deploy(platform, one__bpmn=diagram("one", line(user_task("other", groups="seller"))))
    new = _start(platform, "one")
    with platform.database.read(ADMIN) as work:
        details = [platform.processes.instance(work, instance) for instance in (old, new)]
    assert [(d.instance.version, list(d.counts)) for d in details] == [(1, ["ask"]), (2, ["other"])]
    assert details[0].xml == ONE


def test_a_version_can_be_asked_for(platform: Platform) -> None:
    _deploy(platform, one__bpmn=ONE, f__form=FORM)
    _deploy(platform, one__bpmn=ONE, f__form=form("f", "b"))
    with platform.database.write(ADMIN) as work:
        instance = platform.processes.start(work, "one", {}, version=1)
        assert platform.processes.instance(work, instance).instance.version == 1
        with pytest.raises(NotFound, match="version 3"):
            platform.processes.start(work, "one", {}, version=3)


def test_definitions_are_listed_with_who_and_when(platform: Platform) -> None:
    _deploy(platform, one__bpmn=ONE, f__form=FORM)
    _deploy(platform, one__bpmn=ONE, f__form=form("f", "b"))
    with platform.database.read() as work:
        (latest,) = platform.processes.definitions(work)
        both = platform.processes.definitions(work, process_id="one", latest=False)
        files = platform.processes.resources(work, both[1]["key"])
    assert (latest["version"], latest["deployed_by"], latest["why"]) == (2, "demo-admin", "test")
    assert [row["version"] for row in both] == [2, 1]
    assert files == {"one.bpmn": ONE, "f.form": FORM}


def test_a_process_of_another_package_cannot_be_taken(platform: Platform) -> None:
    with platform.database.write(ADMIN) as work:
        platform.processes.deploy(work, {"one.bpmn": ONE, "f.form": FORM}, package="first")
    with pytest.raises(Conflict, match=r"'first'.*'second'"), platform.database.write(ADMIN) as work:
        platform.processes.deploy(work, {"one.bpmn": ONE, "f.form": form("f", "b")}, package="second")
    with platform.database.write(ADMIN) as work:  # a person may change what a package shipped
        assert platform.processes.deploy(work, {"one.bpmn": ONE, "f.form": form("f", "c")}).is_new


def test_a_deployment_that_is_rolled_back_leaves_nothing_in_memory(platform: Platform) -> None:
    with pytest.raises(ZeroDivisionError), platform.database.write(ADMIN) as work:  # noqa: PT012 - the block is the test
        platform.processes.deploy(work, {"one.bpmn": ONE, "f.form": FORM})
        platform.processes.start(work, "one", {})
        raise ZeroDivisionError
    other = diagram("one", line(user_task("other", groups="seller")))
    _deploy(platform, one__bpmn=other)
    _start(platform, "one")
    with platform.database.read(ADMIN) as work:
        assert [task.name for task in platform.processes.tasks(work, view="all").rows] == ["Other"]


def test_another_process_of_the_same_database_runs_what_was_deployed(open_platform: OpenPlatform) -> None:
    first, second = open_platform(), open_platform()
    _deploy(first, one__bpmn=ONE, f__form=FORM)
    _start(second, "one")
    with first.database.read(ADMIN) as work:
        assert len(platform_tasks(first, work)) == 1


def platform_tasks(platform: Platform, work: Any) -> Any:
    """All open tasks."""
    return platform.processes.tasks(work, view="all").rows


def test_instances_are_listed_newest_first_page_by_page_and_by_status(platform: Platform) -> None:
    _deploy(platform, one__bpmn=ONE, f__form=FORM)
    started = [_start(platform, "one") for _ in range(5)]
    with platform.database.write(ADMIN) as work:
        platform.processes.cancel(work, started[2], "test")
    with platform.database.read() as work:
        first = platform.processes.instances(work, limit=2)
        rest = platform.processes.instances(work, limit=3, after=first.next)
        cancelled = platform.processes.instances(work, process_id="one", status="cancelled")
        nothing = platform.processes.instances(work, status="incident")
    assert [row.id for row in (*first.rows, *rest.rows)] == started[::-1]
    assert rest.next is None
    assert [row.id for row in cancelled.rows] == [started[2]]
    assert nothing.rows == ()


def test_an_instance_with_an_incident_is_found_by_it(platform: Platform) -> None:
    script = (
        '<bpmn:exclusiveGateway id="split" /><bpmn:startEvent id="start" /><bpmn:endEvent id="end" />'
        '<bpmn:sequenceFlow id="a" sourceRef="start" targetRef="split" /><bpmn:sequenceFlow id="b" sourceRef="split" '
        'targetRef="end"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=n &gt; 1</bpmn:conditionExpression>'
        '</bpmn:sequenceFlow><bpmn:endEvent id="end2" /><bpmn:sequenceFlow id="c" sourceRef="split" targetRef="end2">'
        '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">=n &lt; 0</bpmn:conditionExpression></bpmn:sequenceFlow>'
    )
    _deploy(platform, g__bpmn=diagram("gate", script))
    instance = _start(platform, "gate", n=0)
    with platform.database.read() as work:
        (row,) = platform.processes.instances(work, status="incident").rows
        (incident,) = platform.processes.instance(work, instance).incidents
    assert (row.id, row.incidents, incident.element) == (instance, 1, "split")
    with platform.database.write(ADMIN) as work:
        assert not platform.processes.resolve_incident(work, incident.id).solved
        (again,) = platform.processes.instance(work, instance).incidents
        assert platform.processes.resolve_incident(work, again.id, {"n": 5}).solved
        assert platform.processes.instance(work, instance).instance.status == "completed"
        with pytest.raises(NotFound):
            platform.processes.resolve_incident(work, incident.id)


def _tagged(answer: str, tag: str) -> bytes:
    given = f'<z:versionTag xmlns:z="http://camunda.org/schema/zeebe/1.0" value="{tag}"/>'
    marked = DMN.format(answer=answer).replace('name="Grade">', f'name="Grade"><extensionElements>{given}</extensionElements>')
    return marked.encode()


@pytest.mark.parametrize(
    ("binding", "tag", "grade"),
    [("deployment", "", "first"), ("latest", "", "fourth"), ("versionTag", "blue", "third"), ("versionTag", "red", "second")],
)
def test_a_decision_is_that_of_the_version_it_is_bound_to(platform: Platform, binding: str, tag: str, grade: str) -> None:
    _deploy(platform, p__bpmn=_decide(binding, tag), d__dmn=_tagged("first", "blue"))
    for answer, given in (("second", "red"), ("third", "blue"), ("fourth", "")):
        _deploy(platform, d__dmn=_tagged(answer, given))
    instance = _start(platform, "ruled")
    with platform.database.write(ADMIN) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        platform.processes.complete_task(work, task.id, {})
        assert platform.processes.instance(work, instance).variables["grade"] == grade


def test_a_tag_that_no_decision_has_is_told_at_deployment_and_stops_the_task(platform: Platform) -> None:
    files = {"p.bpmn": _decide("versionTag", "green"), "d.dmn": _tagged("first", "blue")}
    with platform.database.write(ADMIN) as work:
        told = [problem.code for problem in platform.processes.check(work, files).problems]
        platform.processes.deploy(work, files)
    assert told == ["CHECK-3041"]
    instance = _start(platform, "ruled")
    with platform.database.write(ADMIN) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        platform.processes.complete_task(work, task.id, {})
        (incident,) = platform.processes.instance(work, instance).incidents
    assert "green" in incident.message


def _tagged_form(field: str, tag: str = "") -> bytes:
    schema = json.loads(form("f", field))
    return json.dumps(schema | ({"versionTag": tag} if tag else {})).encode()


def _bound_form(binding: str) -> bytes:
    return ONE.replace(b'formId="f"', f'formId="f" {binding}'.encode())


@pytest.mark.parametrize(
    ("binding", "field"), [("", "a"), ('bindingType="latest"', "d"), ('bindingType="versionTag" versionTag="blue"', "c")]
)
def test_a_form_is_that_of_the_version_it_is_bound_to(platform: Platform, binding: str, field: str) -> None:
    _deploy(platform, one__bpmn=_bound_form(binding), f__form=_tagged_form("a", "blue"))
    for name, tag in (("b", "red"), ("c", "blue"), ("d", "")):
        _deploy(platform, f__form=_tagged_form(name, tag))
    _start(platform, "one")
    with platform.database.read(ADMIN) as work:
        (task,) = platform.processes.tasks(work, view="all").rows
        shown = platform.processes.task(work, task.id).form
    assert shown is not None
    assert [component["key"] for component in shown["components"]] == [field]


def test_a_form_with_a_tag_that_no_form_has_is_not_deployed(platform: Platform) -> None:
    files = {"one.bpmn": _bound_form('bindingType="versionTag" versionTag="green"'), "f.form": _tagged_form("a", "blue")}
    with pytest.raises(Invalid) as caught, platform.database.write(ADMIN) as work:
        platform.processes.deploy(work, files)
    assert [problem.code for problem in caught.value.problems] == ["CHECK-3041"]


@pytest.mark.parametrize(
    ("binding", "tag", "task"), [("deployment", "", "First"), ("latest", "", "Second"), ("versionTag", "blue", "First")]
)
def test_what_a_call_is_bound_to_is_the_same_after_a_restart(
    open_platform: OpenPlatform, binding: str, tag: str, task: str
) -> None:
    first = open_platform()
    _deploy(first, p__bpmn=_call(binding, tag), c__bpmn=_child("first", "blue"), f__form=FORM)
    _deploy(first, c__bpmn=_child("second"), f__form=FORM)
    second = open_platform()
    _start(second, "parent")
    with second.database.read(ADMIN) as work:
        (found,) = second.processes.tasks(work, view="all").rows
    assert found.name == task
