"""Unreachable elements are told, and parallel joins that may wait for ever; sound diagrams bring no warning."""

from __future__ import annotations

import pytest

from engine.check import check_resources
from tests.engine.bpmn.diagram import chain, end, flow, process, start

WHEN = "<conditionExpression>=a</conditionExpression>"


def nodes(text: str) -> str:
    """`x1` exclusive (default flow to be given), `p1` parallel, `t1` task, `u1` user task."""
    kinds = {"x": "exclusiveGateway", "p": "parallelGateway", "t": "task", "u": "userTask"}
    return "".join(f'<{kinds[name[0]]} id="{name}"/>' for name in text.split())


def choice(name: str, *targets: str) -> str:
    """Conditional flows to all targets; the last one is free by being the default, set in `graph`."""
    return "".join(flow(name, target, WHEN) for target in targets[:-1]) + flow(name, targets[-1])


def graph(elements: str, *flows: str, ends: str = "e", extra: str = "") -> bytes:
    body = start() + nodes(elements) + extra + "".join(end(name) for name in ends.split()) + "".join(flows)
    for name in elements.split():
        if name.startswith("x") and (
            outgoing := [line for line in "".join(flows).splitlines() if f'sourceRef="{name}"' in line]
        ):
            last = outgoing[-1].split('id="')[1].split('"')[0]
            body = body.replace(f'id="{name}"/>', f'id="{name}" default="{last}"/>')
    return process(body)


def told(xml: bytes) -> list[tuple[str, str | None]]:
    answer = check_resources({"g.bpmn": xml})
    assert answer.ok, "\n".join(map(str, answer.problems))
    return [(p.code, p.element) for p in answer.problems if p.code.startswith("CHECK")]


def test_a_circle_that_no_start_reaches_is_told() -> None:
    assert told(graph("t1 t2 t3", chain("s", "t1", "e"), chain("t2", "t3", "t2"))) == [
        ("CHECK-3009", "t2"),
        ("CHECK-3009", "t3"),
    ]


def test_what_stands_behind_a_boundary_event_or_in_a_sub_process_is_reached() -> None:
    extra = '<boundaryEvent id="b" attachedToRef="sub"><errorEventDefinition/></boundaryEvent>'
    inner = start("is") + '<userTask id="it"/>' + chain("is", "it")
    xml = graph("t1", chain("s", "sub", "e"), chain("b", "t1", "e"), extra=f'<subProcess id="sub">{inner}</subProcess>' + extra)
    assert told(xml) == []


SOUND = {
    "split and join": graph("p1 t1 t2 p2", chain("s", "p1", "t1", "p2", "e"), chain("p1", "t2", "p2")),
    "a choice beside the whole block": graph(
        "x1 p1 t1 t2 p2",
        chain("s", "x1"),
        choice("x1", "p1", "e2"),
        chain("p1", "t1", "p2", "e"),
        chain("p1", "t2", "p2"),
        ends="e e2",
    ),
    "a choice inside a branch, merged before the join": graph(
        "p1 x1 t1 t2 x2 t3 p2",
        chain("s", "p1", "x1"),
        choice("x1", "t1", "t2"),
        chain("t1", "x2", "p2", "e"),
        flow("t2", "x2"),
        chain("p1", "t3", "p2"),
    ),
    "rework inside a branch": graph(
        "p1 x0 u1 x1 t3 p2", chain("s", "p1", "x0", "u1", "x1"), choice("x1", "x0", "p2"), chain("p1", "t3", "p2", "e")
    ),
    "rework of the whole block": graph(
        "x0 p1 u1 u2 p2 x1", chain("s", "x0", "p1", "u1", "p2", "x1"), chain("p1", "u2", "p2"), choice("x1", "x0", "e")
    ),
    "both branches of the choice split again to the same join": graph(
        "x1 p1 p2 x2 x3 p3",
        chain("s", "x1"),
        choice("x1", "p1", "p2"),
        chain("p1", "x2", "p3", "e"),
        flow("p1", "x3"),
        flow("p2", "x2"),
        chain("p2", "x3", "p3"),
    ),
}
STARVED = {
    "a choice joined as if it were a split": graph(
        "x1 t1 t2 p2", chain("s", "x1"), choice("x1", "t1", "t2"), chain("t1", "p2", "e"), flow("t2", "p2")
    ),
    "straight from the choice into the join": graph(
        "x1 t1 p2", chain("s", "x1"), choice("x1", "t1", "p2"), chain("t1", "p2", "e")
    ),
    "one branch of a split may end early": graph(
        "p1 x1 t1 t2 p2",
        chain("s", "p1", "x1"),
        choice("x1", "t1", "e2"),
        chain("t1", "p2", "e"),
        chain("p1", "t2", "p2"),
        ends="e e2",
    ),
    "the join leads back to the choice": graph(
        "x0 x1 t1 t2 p2 x3",
        chain("s", "x0", "x1"),
        choice("x1", "t1", "t2"),
        chain("t1", "p2", "x3"),
        flow("t2", "p2"),
        choice("x3", "x0", "e"),
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_sound_joins_bring_no_warning(name: str) -> None:
    assert told(SOUND[name]) == []


@pytest.mark.parametrize("name", STARVED)
def test_a_join_that_a_choice_can_starve_is_told(name: str) -> None:
    assert told(STARVED[name]) == [("CHECK-3010", "p2")]


def test_an_interrupting_event_can_starve_a_join_and_another_kind_cannot() -> None:
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    event = f'<boundaryEvent id="b" attachedToRef="u1"{{}}>{timer}</boundaryEvent>'
    flows = (chain("s", "p1", "u1", "p2", "e"), chain("p1", "t2", "p2"), flow("b", "e2"))
    assert told(graph("p1 u1 t2 p2", *flows, ends="e e2", extra=event.format(""))) == [("CHECK-3010", "p2")]
    patient = event.format(' cancelActivity="false"')
    assert told(graph("p1 u1 t2 p2", *flows, ends="e e2", extra=patient)) == []


def test_an_entangled_diagram_is_checked_in_bounded_time() -> None:
    size = 120
    names = [f"x{n}" for n in range(size)]
    joins = [f"p{n}" for n in range(size)]
    flows = "".join(choice(name, *joins[:30], names[(n + 1) % size]) for n, name in enumerate(names))
    xml = graph("t1 " + " ".join(names + joins), chain("s", "t1", names[0]), flows, "".join(flow(j, "e") for j in joins))
    answer = check_resources({"g.bpmn": xml})
    assert answer.problems
