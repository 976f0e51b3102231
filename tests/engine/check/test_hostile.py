"""Diagrams and forms that are made to keep the checker busy are answered in seconds."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from engine.check import Checked, Known, check_resources
from tests.engine.bpmn.diagram import between, chain, end, extended, flow, process, start

SECONDS = 5.0
"""Far above what is needed (about one), so that a busy machine does not fail the test."""


def tasks(count: int, attributes: str = "") -> str:
    return "".join(f'<task id="t{n}" {attributes}/>' for n in range(count))


def parallel_blocks() -> bytes:
    body, last = start(), "s"
    for n in range(400):
        body += f'<parallelGateway id="a{n}"/><task id="x{n}"/><task id="y{n}"/><parallelGateway id="b{n}"/>'
        body += chain(last, f"a{n}", f"x{n}", f"b{n}") + chain(f"a{n}", f"y{n}", f"b{n}")
        last = f"b{n}"
    return process(body + end() + flow(last, "e"))


def branches(gateway: str) -> bytes:
    body = start() + f'<{gateway} id="g"/><parallelGateway id="j"/>' + end() + flow("s", "g") + flow("j", "e") + tasks(1600)
    condition = "<conditionExpression>=a</conditionExpression>" if gateway == "exclusiveGateway" else ""
    return process(body + "".join(flow("g", f"t{n}", condition) + flow(f"t{n}", "j") for n in range(1600)))


def gateways_in_a_circle() -> bytes:
    names = [f"g{n}" for n in range(2400)]
    body = "".join(f'<exclusiveGateway id="{name}"/>' for name in names)
    return process(start() + end() + body + chain("s", *names, "g0") + flow("g7", "e"))


def knots_of_choices_and_joins() -> bytes:
    size = 60
    body = start() + "".join(f'<exclusiveGateway id="x{n}"/><parallelGateway id="p{n}"/>' for n in range(size)) + end()
    flows = "".join(
        flow(f"x{n}", f"p{m}") + (flow(f"p{m}", f"x{n}") if (n + m) % 7 == 0 else "") for n in range(size) for m in range(size)
    )
    return process(body + flow("s", "x0") + flows + flow("p0", "e"))


def equal_flows_without_ids() -> bytes:
    return process(start() + end() + '<sequenceFlow sourceRef="s" targetRef="e"/>' * 4900)


def lists_of_flows() -> bytes:
    listed = "".join(f"<outgoing>f{n}</outgoing>" for n in range(30_000))
    return process(start() + f'<task id="t">{listed}</task>' + "".join(flow("s", "t", flow_id=f"f{n}") for n in range(4000)))


def unknown_extensions() -> bytes:
    return between(extended("task", "<zeebe:robot/>" * 60_000))


def many_mappings() -> bytes:
    inputs = "".join(f'<zeebe:input source="=a{n} +" target="b"/>' for n in range(8000))
    return between(extended("task", f"<zeebe:ioMapping>{inputs}</zeebe:ioMapping>"))


def missing_names() -> bytes:
    return process(start() + "".join(f'<callActivity id="c{n}" calledElement="some_process_{n}"/>' for n in range(2000)))


def nested_lanes() -> bytes:
    inner = ""
    for n in range(110):
        inner = f'<childLaneSet id="s{n}"><lane id="l{n}">{inner}</lane></childLaneSet>'
    return process(f'<laneSet id="ls"><lane id="l">{inner}</lane></laneSet>' + start() + end() + flow("s", "e"))


@pytest.mark.parametrize(
    "make",
    [
        parallel_blocks,
        lambda: branches("parallelGateway"),
        lambda: branches("exclusiveGateway"),
        gateways_in_a_circle,
        knots_of_choices_and_joins,
        equal_flows_without_ids,
        lists_of_flows,
        unknown_extensions,
        many_mappings,
        missing_names,
        nested_lanes,
    ],
)
def test_a_diagram_made_to_keep_the_checker_busy_is_answered_soon(make: Callable[[], bytes]) -> None:
    known = Known(processes=[f"other_process_{n}" for n in range(1500)])
    answer = within_seconds({"big.bpmn": make()}, known)
    assert len(answer.problems) < 15_000


@pytest.mark.parametrize(
    "text",
    ["{{" * 400_000, "{{a b}}" * 100_000, "{{" + "(" * 900_000 + "}}", "=" + "a" * 900_000],
)
def test_a_form_made_to_keep_the_checker_busy_is_answered_soon(text: str) -> None:
    data = json.dumps({"id": "f", "components": [{"type": "text", "id": "t", "text": text}]}).encode()
    assert len(within_seconds({"big.form": data}).problems) < 200


def test_the_problems_of_a_file_are_listed_up_to_a_limit_and_no_error_is_hidden() -> None:
    answer = within_seconds({"a.bpmn": between(extended("task", "".join(f"<zeebe:robot{n}/>" for n in range(2000))))})
    assert len(answer.problems) == 1001
    assert not answer.ok
    assert any(problem.code == "BPMN-3009" and "1,000 more" in problem.message for problem in answer.problems)


def within_seconds(files: dict[str, bytes], known: Known = Known()) -> Checked:  # noqa: B008 - frozen
    began = time.process_time()
    answer = check_resources(files, known=known)
    assert time.process_time() - began < SECONDS
    return answer
