"""Lanes as candidate groups (BPMN 2.0 §10.8): nested ones, long names, sub-processes in them, and those of the other pool."""

from __future__ import annotations

import pytest

from engine.bpmn import read_bpmn
from engine.model.process import Element, ProcessDefinition
from tests.engine.bpmn.diagram import chain, end, file, process, read, start
from tests.support.kernel_run import Run

TASKS = start() + '<userTask id="a"/><userTask id="b"/>' + end() + chain("s", "a", "b", "e")


def lane(name: str, nodes: str, inside: str = "", lane_id: str = "") -> str:
    """A lane that lists nodes, and may hold lanes."""
    listed = "".join(f"<flowNodeRef>{node}</flowNodeRef>" for node in nodes.split())
    held = f"<childLaneSet>{inside}</childLaneSet>" if inside else ""
    return f'<lane id="{lane_id or "lane_" + nodes.replace(" ", "_")}" name="{name}">{listed}{held}</lane>'


def groups(found: ProcessDefinition) -> dict[str, tuple[str, ...]]:
    """The candidate groups of the user tasks, as the kernel offers them one after the other."""
    run = Run(found).start()
    offered = {}
    while not run.ended:
        (task,) = [wait for wait in run.waits(object) if hasattr(wait, "candidate_groups")]
        offered[task.element] = task.candidate_groups
        run.complete(task.element)
    return offered


def of(content: str) -> dict[str, tuple[str, ...]]:
    """The candidate groups in the one process of a diagram."""
    return groups(read(process(content)))


def test_the_innermost_lane_is_the_group() -> None:
    inner = lane("Junior", "a", lane_id="l1") + lane("Senior", "b", lane("Night shift", "b", lane_id="l4"), lane_id="l2")
    assert of(f"<laneSet>{lane('Sales', 'a b', inner, 'l3')}</laneSet>{TASKS}") == {"a": ("Junior",), "b": ("Night shift",)}


def test_what_only_the_outer_lane_lists_belongs_to_it() -> None:
    sales = lane("Sales", "a b", lane("Junior", "a", lane_id="l1"), "l2")
    assert of(f"<laneSet>{sales}</laneSet>{TASKS}") == {"a": ("Junior",), "b": ("Sales",)}


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("Back office", "Back office"),
        ("  Back \n office ", "Back office"),
        ("営業 部", "営業 部"),
        ("Sales, north", "Sales, north"),
        ("=sales", "=sales"),
        ("Sales &amp; &quot;Co&quot;, north", 'Sales & "Co", north'),
        ("", "l"),
    ],
)
def test_a_group_may_have_any_name_and_a_lane_without_one_is_known_by_its_id(name: str, group: str) -> None:
    assert of(f"<laneSet>{lane(name, 'a b', lane_id='l')}</laneSet>{TASKS}") == {"a": (group,), "b": (group,)}


def test_tasks_of_a_sub_process_belong_to_the_lane_it_lies_in() -> None:
    deep = start("ts") + '<userTask id="d"/>' + end("te") + chain("ts", "d", "te")
    inner = (
        start("us")
        + f'<userTask id="c"/><subProcess id="deep">{deep}</subProcess>'
        + end("ue")
        + chain("us", "c", "deep", "ue")
    )
    content = start() + f'<subProcess id="sub">{inner}</subProcess>' + end() + chain("s", "sub", "e")
    lanes = f"<laneSet>{lane('Back office', 's sub e', lane_id='l')}</laneSet>"
    assert of(lanes + content) == {"c": ("Back office",), "d": ("Back office",)}


def test_a_sub_process_may_have_lanes_of_its_own() -> None:
    lanes = f'<laneSet id="inside">{lane("Stock", "c", lane_id="l2")}</laneSet>'
    inner = lanes + start("us") + '<userTask id="c"/>' + end("ue") + chain("us", "c", "ue")
    content = start() + f'<subProcess id="sub">{inner}</subProcess>' + end() + chain("s", "sub", "e")
    assert of(f"<laneSet>{lane('Back office', 'sub', lane_id='l')}</laneSet>{content}") == {"c": ("Stock",)}


def test_each_pool_has_its_own_lanes() -> None:
    pools = '<collaboration id="c"><participant id="one" processRef="p"/><participant id="two" processRef="q"/></collaboration>'
    first = f'<laneSet id="x1">{lane("Sales", "a b", lane_id="l1")}</laneSet>{TASKS}'
    second = first.replace("Sales", "Back office").replace('id="x1"', 'id="x2"').replace('id="l1"', 'id="l2"')
    for old in ("s", "a", "b", "e"):
        second = (
            second.replace(f'id="{old}"', f'id="q{old}"')
            .replace(f'Ref="{old}"', f'Ref="q{old}"')
            .replace(f">{old}<", f">q{old}<")
        )
    second = second.replace('id="s_a"', 'id="f1"').replace('id="a_b"', 'id="f2"').replace('id="b_e"', 'id="f3"')
    both = "".join(
        f'<process id="{name}" isExecutable="true">{inside}</process>' for name, inside in (("p", first), ("q", second))
    )
    found = read_bpmn(file(pools + both), "test.bpmn")
    assert found.ok, found.problems
    assert groups(found.processes["p"]) == {"a": ("Sales",), "b": ("Sales",)}
    assert groups(found.processes["q"]) == {"qa": ("Back office",), "qb": ("Back office",)}


def test_a_task_that_says_who_is_not_the_lanes() -> None:
    named = '<userTask id="a"><extensionElements><zeebe:assignmentDefinition assignee="ann"/></extensionElements></userTask>'
    found: Element = read(
        process(f"<laneSet>{lane('Sales', 'a b', lane_id='l')}</laneSet>" + TASKS.replace('<userTask id="a"/>', named))
    ).elements["a"]
    assert found.user_task is not None
    assert found.user_task.candidate_groups is None
