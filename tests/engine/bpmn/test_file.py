"""What holds for a whole file: which processes run, what is too large, what other products wrote."""

from __future__ import annotations

import pytest

from engine.bpmn import MAX_ELEMENTS, read_bpmn
from engine.bpmn.juel import feel_for
from engine.bpmn.table import READERS
from engine.bpmn.vocabulary import ATTRIBUTE_VALUES, DRAWN_DATA, HARMLESS, NODES, PARTS, REFUSED, ZEEBE_SHAPES
from tests.engine.bpmn.diagram import between, chain, end, errors, extended, file, flow, parsed, process, start, warnings


def test_every_executable_process_of_a_file_is_read() -> None:
    def pool(name: str) -> str:
        return (
            f'<process id="{name}" isExecutable="true"><startEvent id="{name}s"/><endEvent id="{name}e"/>'
            f'<sequenceFlow id="{name}f" sourceRef="{name}s" targetRef="{name}e"/></process>'
        )

    answer = read_bpmn(file(pool("a") + pool("b") + '<process id="c"/>'), "two.bpmn")
    assert list(answer.processes) == ["a", "b"]
    assert answer.ok
    assert [problem.element for problem in answer.problems] == ["c"]


def test_a_process_knows_its_version_tag_documentation_and_place() -> None:
    xml = process(
        '<documentation>From leads.</documentation><extensionElements><zeebe:versionTag value="1.2"/></extensionElements>'
        + start()
        + end()
        + flow("s", "e")
    )
    found = read_bpmn(xml, "lead.bpmn").processes["p"]
    assert (found.version_tag, found.documentation, found.resource, found.name) == (
        "1.2",
        "From leads.",
        "lead.bpmn",
        "Process",
    )
    assert found.line == 3


def test_the_element_limit_is_exact() -> None:
    def of_size(count: int) -> bytes:
        tasks = (count - 1) // 2
        extra = "" if count % 2 else '<textAnnotation id="no"/>' + flow("t0", "t1", flow_id="again")
        names = [f"t{number}" for number in range(tasks)]
        return process(start() + "".join(f'<task id="{name}"/>' for name in names) + chain("s", *names) + extra)

    assert not errors(of_size(MAX_ELEMENTS - 1))
    assert not errors(of_size(MAX_ELEMENTS))
    assert [problem.code for problem in errors(of_size(MAX_ELEMENTS + 1))] == ["BPMN-3004"]


def test_what_other_products_wrote_is_told_once_for_each_name() -> None:
    found = warnings(
        between(
            extended("task", "<other:a/><other:a/><other:b/>", 'other:x="1"'),
            more='<task id="t" other:x="2"/>' + chain("n", "t", "e"),
        )
    )
    assert sorted((problem.code, "2 more" in problem.message, "1 more" in problem.message) for problem in found) == [
        ("BPMN-3105", False, True),
        ("BPMN-3106", False, False),
        ("BPMN-3106", False, True),
    ]


@pytest.mark.parametrize("prefix", ["camunda", "activiti", "flowable"])
@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("assignee", "assignmentDefinition"),
        ("class", "taskDefinition"),
        ("collection", "loopCharacteristics"),
        ("formKey", "formDefinition"),
    ],
)
def test_settings_of_other_engines_are_flagged_by_name_with_their_counterpart(prefix: str, name: str, way_out: str) -> None:
    (problem,) = errors(between(f'<userTask id="n" {prefix}:{name}="x"/>'))
    assert (problem.code, problem.element, problem.field) == ("BPMN-3109", "n", name)
    assert f"{prefix}:{name}" in problem.message
    assert way_out in (problem.fix or "")


def test_extension_elements_of_other_engines_are_flagged_too() -> None:
    (problem,) = errors(between(extended("task", "<camunda:executionListener/>")))
    assert (problem.code, problem.field) == ("BPMN-3109", "executionListener")


@pytest.mark.parametrize(
    ("juel", "feel"),
    [
        ("${approved}", "=approved"),
        ("#{amount > 1000}", "=amount > 1000"),
        ("${status == 'open' && amount >= 5}", '=status = "open" and amount >= 5'),
        ("${a || b}", "=a or b"),
        ("${a eq 'x' and b ne 'y'}", '=a = "x" and b != "y"'),
        ("${order.total lt 3}", "=order.total < 3"),
        ("${!approved}", "=not(approved)"),
        ("${bean.check(x)}", None),
        ("prefix ${x}", None),
        ("${a ? b : c}", None),
        ("${", None),
    ],
)
def test_the_easy_part_of_juel_is_said_in_feel(juel: str, feel: str | None) -> None:
    assert feel_for(juel) == feel


def test_a_broken_expression_says_where_and_why() -> None:
    xml = between(
        extended(
            "serviceTask",
            '<zeebe:taskDefinition type="t"/>\n<zeebe:ioMapping><zeebe:input source="=a + * b" target="c"/></zeebe:ioMapping>',
        )
    )
    (problem,) = errors(xml)
    assert (problem.code, problem.element, problem.field) == ("BPMN-3501", "n", "source")
    assert "column 5" in problem.message
    assert "FEEL-1" in problem.message


def test_every_word_has_one_place_in_the_tables() -> None:
    places = [set(NODES), set(PARTS), set(REFUSED), set(HARMLESS), set(DRAWN_DATA)]
    assert set(NODES) == set(READERS)
    assert sum(map(len, places)) == len(set().union(*places))


def test_what_the_tables_mention_exists() -> None:
    shapes = [*NODES.values(), *PARTS.values()]
    known = set(NODES) | set(PARTS) | {"partitionElement"}
    assert {name for shape in shapes for name in shape.children} <= known
    assert {name for shape in shapes for name in shape.extensions} <= set(ZEEBE_SHAPES)
    assert {name for shape in ZEEBE_SHAPES.values() for name in shape.children} <= set(ZEEBE_SHAPES)
    assert set(ATTRIBUTE_VALUES) <= {name for shape in shapes for name in shape.attributes}


def test_problems_come_in_the_order_of_the_file() -> None:
    lines = [
        problem.line for problem in parsed(process('<task id="a"/>\n<sendTask id="b"/>\n<userTask id="c" odd="1"/>')).problems
    ]
    assert lines == sorted(line or 0 for line in lines)
    assert len(lines) > 3
