"""Data of BPMN 2.0 §10.4: data objects, properties, data inputs and outputs, from the diagram to the end of the instance."""

from __future__ import annotations

import pytest

from engine.bpmn import read_bpmn
from engine.check import check_resources
from engine.kernel import Code, Rejected, commands, events
from engine.model.process import ProcessDefinition
from tests.engine.bpmn.diagram import MESSAGE, between, chain, end, errors, file, flow, node, process, read, start, warnings
from tests.support.kernel_run import Run

OBJECT = '<dataObject id="d" name="stock"/><dataObjectReference id="r" name="stock" dataObjectRef="d"/>'
OTHER = '<dataObject id="d2" name="total"/><dataObjectReference id="r2" dataObjectRef="d2"/>'
JOB = '<extensionElements><zeebe:taskDefinition type="t"/></extensionElements>'


def initial(value: str, kind: str = "dataObject", attributes: str = 'id="d" name="stock"') -> str:
    """A data object or property with the value that it has at the start."""
    setting = f'<zeebe:properties><zeebe:property name="ringi:initialValue" value="{value}"/></zeebe:properties>'
    return f"<{kind} {attributes}><extensionElements>{setting}</extensionElements></{kind}>"


def io(inputs: str = "", outputs: str = "", optional: str = "") -> str:
    """An ioSpecification whose data are listed by id; the id is the name."""
    given, made = inputs.split(), outputs.split()
    sets = {
        "input": "".join(f"<dataInputRefs>{name}</dataInputRefs>" for name in given)
        + "".join(f"<optionalInputRefs>{name}</optionalInputRefs>" for name in given if name in optional.split()),
        "output": "".join(f"<dataOutputRefs>{name}</dataOutputRefs>" for name in made)
        + "".join(f"<optionalOutputRefs>{name}</optionalOutputRefs>" for name in made if name in optional.split()),
    }
    data = "".join(f'<dataInput id="{n}"/>' for n in given) + "".join(f'<dataOutput id="{n}"/>' for n in made)
    return (
        f"<ioSpecification>{data}<inputSet>{sets['input']}</inputSet><outputSet>{sets['output']}</outputSet></ioSpecification>"
    )


def takes(target: str, source: str = "r", more: str = "") -> str:
    """A data association into the element."""
    from_ = f"<sourceRef>{source}</sourceRef>" if source else ""
    return f"<dataInputAssociation>{from_}<targetRef>{target}</targetRef>{more}</dataInputAssociation>"


def gives(source: str, target: str = "r", more: str = "") -> str:
    """A data association out of the element."""
    return (
        f"<dataOutputAssociation><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef>{more}</dataOutputAssociation>"
    )


def assigned(source: str, target: str) -> str:
    """An assignment."""
    return f"<assignment><from>{source}</from><to>{target}</to></assignment>"


def job(content: str) -> str:
    """A service task whose job shows what it is given."""
    return f'<serviceTask id="n">{JOB}{content}</serviceTask>'


def run(xml: bytes, **variables: object) -> Run:
    """Start the one process of a diagram."""
    return Run(read(xml)).start(**variables)


def seen(run: Run) -> dict[str, object]:
    """The variables of the open job."""
    return dict(run.emitted(events.JobCreated)[-1].variables)


# -- data objects and properties -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"), [("=0", 0), ("=[]", []), ("ready", "ready"), ("=null", None), ("={a: 1}", {"a": 1}), ("", "")]
)
def test_a_data_object_has_its_initial_value_from_the_start(value: str, expected: object) -> None:
    assert run(between(job(""), more=initial(value))).variables == {"stock": expected}


def test_who_starts_the_process_can_say_otherwise() -> None:
    assert run(between(job(""), more=initial("=0")), stock=7).variables == {"stock": 7}


def test_a_property_of_the_process_is_null_until_it_is_written() -> None:
    assert run(between(job(""), more='<property id="x" name="stock"/>')).variables == {"stock": None}


def test_a_data_object_that_is_only_drawn_is_no_variable_and_no_problem() -> None:
    drawn = '<property id="x" name="__targetRef_placeholder"/>' + takes("x")
    content = f"{drawn}<dataOutputAssociation><targetRef>r</targetRef></dataOutputAssociation>"
    xml = between(job(content), more=OBJECT + '<dataStoreReference id="s1" name="Orders"/>')
    assert not warnings(xml)
    assert run(xml).variables == {}


@pytest.mark.parametrize("name", ["for", "if", "???", ""])
def test_what_is_only_drawn_may_have_any_name(name: str) -> None:
    assert not warnings(between(job(""), more=f'<dataObject name="{name}"/>'))


def test_data_of_a_sub_process_is_its_own() -> None:
    inside = start("is") + job("") + flow("is", "n") + initial("=1")
    inside = inside.replace('id="n"', 'id="t"').replace('targetRef="n"', 'targetRef="t"')
    running = run(between(f'<subProcess id="n">{inside}</subProcess>'), stock=5)
    assert seen(running)["stock"] == 1
    running.work("t", stock=9)
    assert running.variables == {"stock": 5}


def test_each_turn_of_a_looped_sub_process_begins_with_its_data_anew() -> None:
    twice = "<loopCardinality>2</loopCardinality>"
    loop = f'<multiInstanceLoopCharacteristics isSequential="true">{twice}</multiInstanceLoopCharacteristics>'
    inside = f'{initial("=1")}<serviceTask id="t">{JOB}</serviceTask>{loop}'
    running = run(between(f'<subProcess id="n">{inside}</subProcess>'))
    running.work("t", stock=9)
    assert seen(running)["stock"] == 1


def test_an_event_sub_process_begins_with_its_data() -> None:
    trigger = '<messageEventDefinition messageRef="m"/>'
    inside = f'<startEvent id="x" isInterrupting="false">{trigger}</startEvent><serviceTask id="t">{JOB}</serviceTask>'
    sub = f'<subProcess id="sub" triggeredByEvent="true">{inside}{flow("x", "t")}{initial("=1")}</subProcess>'
    running = run(between('<userTask id="n"/>', MESSAGE, sub), order={"id": 1}, stock=5)
    running.receive("x")
    assert seen(running)["stock"] == 1


def test_a_property_of_a_task_is_seen_by_the_task_alone() -> None:
    running = run(between(job(initial("=3", "property", 'id="x" name="tries"'))))
    assert seen(running) == {"tries": 3}
    running.work("n", tries=4)
    assert running.variables == {}


def test_flowable_says_initial_values_in_its_own_words() -> None:
    value = "<extensionElements><flowable:value>12</flowable:value></extensionElements>"
    xml = between(job(""), more=f'<dataObject id="d" name="stock" itemSubjectRef="xsd:int">{value}</dataObject>')
    assert run(xml).variables == {"stock": 12}


@pytest.mark.parametrize(
    ("attributes", "variable"),
    [
        ('id="d" name="Customer order"', "Customer_order"),
        ('id="d"', "d"),
        ('id="d" name="注文 一覧"', "注文_一覧"),
        ('id="d" name="2nd"', "_2nd"),
    ],
)
def test_the_variable_has_the_name_of_the_data_else_its_id(attributes: str, variable: str) -> None:
    assert run(between(job(""), more=initial("=1", attributes=attributes))).variables == {variable: 1}


# -- associations ----------------------------------------------------------------------------------------------------------


def test_a_data_input_is_a_copy_of_what_it_is_associated_with() -> None:
    running = run(between(job(io("i") + takes("i")), more=initial("=5") + OBJECT.partition("/>")[2]))
    assert seen(running) == {"stock": 5, "i": 5}


def test_a_data_output_goes_where_it_is_associated_with_and_nothing_else_leaves() -> None:
    running = run(between(job(io(outputs="o") + gives("o")), more=OBJECT))
    running.work("n", o=8, secret=1)
    assert running.variables == {"stock": 8}


def test_a_data_output_goes_to_the_data_object_of_the_scope_that_has_it() -> None:
    inside = start("is") + OBJECT + f'<serviceTask id="t">{JOB}{io(outputs="o")}{gives("o")}</serviceTask>' + flow("is", "t")
    wait = f'<serviceTask id="t2">{JOB}</serviceTask>' + flow("t", "t2")
    running = run(between(f'<subProcess id="n">{inside}{wait}</subProcess>'), stock=1)
    running.work("t", o=2)
    assert seen(running)["stock"] == 2
    running.work("t2")
    assert running.variables == {"stock": 1}


def test_a_transformation_makes_one_value_of_several_sources() -> None:
    two = "<sourceRef>r</sourceRef>" + takes("i", "r2", "<transformation>=stock + total</transformation>").partition(">")[2]
    given = initial("=2") + OBJECT.partition("/>")[2] + OTHER
    running = run(between(job(io("i") + "<dataInputAssociation>" + two), more=given), total=3)
    assert seen(running)["i"] == 5


def test_assignments_fill_parts_of_their_target_in_order() -> None:
    parts = assigned("=1", "i.number") + assigned("open", "i.state") + assigned("=i.number + 1", "i.next")
    running = run(between(job(io("i") + takes("i", "", parts))))
    assert seen(running)["i"] == {"number": 1, "state": "open", "next": 2}


def test_an_output_can_be_assigned_to_a_part_of_a_data_object() -> None:
    running = run(
        between(
            job(io(outputs="o") + gives("o", more=assigned("=o * 2", "d.count"))),
            more=initial("={a: 1}") + OBJECT.partition("/>")[2],
        )
    )
    running.work("n", o=4)
    assert running.variables == {"stock": {"a": 1, "count": 8}}


def test_what_the_diagram_says_in_zeebe_words_comes_after_the_data() -> None:
    mapping = '<extensionElements><zeebe:taskDefinition type="t"/><zeebe:ioMapping><zeebe:input source="=i + 1" target="more"/>'
    task = f'<serviceTask id="n">{mapping}</zeebe:ioMapping></extensionElements>{io("i")}{takes("i")}</serviceTask>'
    assert seen(run(between(task, more=initial("=5") + OBJECT.partition("/>")[2])))["more"] == 6


# -- what must be there ----------------------------------------------------------------------------------------------------


def test_a_task_whose_input_has_no_value_stops_until_somebody_sets_it() -> None:
    running = run(between(job(io("i") + takes("i")), more=OBJECT))
    assert running.incident.code == Code.DATA_INPUT_MISSING
    assert "'i'" in running.incident.message
    running.resolve("n", stock=3)
    assert seen(running)["i"] == 3


def test_an_optional_input_may_be_null() -> None:
    assert seen(run(between(job(io("i", optional="i") + takes("i")), more=OBJECT)))["i"] is None


def test_one_complete_set_of_inputs_is_enough() -> None:
    sets = "<inputSet><dataInputRefs>i</dataInputRefs></inputSet><inputSet><dataInputRefs>j</dataInputRefs></inputSet>"
    both = f'<ioSpecification><dataInput id="i"/><dataInput id="j"/>{sets}<outputSet/></ioSpecification>'
    xml = between(job(both + takes("i") + takes("j", "r2")), more=OBJECT + OTHER)
    assert seen(run(xml, total=1))["j"] == 1
    assert run(xml).incident.code == Code.DATA_INPUT_MISSING


def test_a_task_that_gives_no_value_for_its_output_stops() -> None:
    running = run(between(job(io(outputs="o") + gives("o")), more=OBJECT))
    running.work("n")
    assert running.incident.code == Code.DATA_OUTPUT_MISSING
    running.resolve("n", o=2)
    assert running.variables == {"stock": 2}


def test_a_process_is_not_started_without_its_data_input() -> None:
    xml = process(io("order") + start() + '<userTask id="n"/>' + end() + chain("s", "n", "e"))
    refused = Run(read(xml)).attempt(commands.StartInstance(process="p", variables={}))
    assert isinstance(refused, Rejected)
    assert refused.code == Code.PROCESS_INPUT_MISSING
    assert run(xml, order=1).variables == {"order": 1}


# -- events, calls, loops --------------------------------------------------------------------------------------------------


def test_a_message_leaves_with_the_data_inputs_of_its_event() -> None:
    data = '<dataInput id="i" name="number"/>' + takes("i") + "<inputSet><dataInputRefs>i</dataInputRefs></inputSet>"
    throw = f'<intermediateThrowEvent id="n">{data}<messageEventDefinition messageRef="m"/></intermediateThrowEvent>'
    running = run(between(throw, MESSAGE, initial("=5") + OBJECT.partition("/>")[2]), order={"id": 1})
    assert running.emitted(events.MessageThrown)[0].variables == {"number": 5}


def test_what_an_event_brings_goes_into_the_data_object() -> None:
    data = '<dataOutput id="o" name="number"/>' + gives("o") + "<outputSet><dataOutputRefs>o</dataOutputRefs></outputSet>"
    catch = f'<intermediateCatchEvent id="n">{data}<messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
    running = run(between(catch, MESSAGE, OBJECT), order={"id": 1})
    running.receive("n", number=4, secret=1)
    assert running.variables == {"order": {"id": 1}, "stock": 4}


def calling(call: str, called: str) -> tuple[ProcessDefinition, ...]:
    """Two processes of one file that passes the check."""
    first = f'<process id="p" isExecutable="true">{start()}{call}{end()}{OBJECT}{OTHER}{chain("s", "n", "e")}</process>'
    inside = start("qs") + f'<serviceTask id="t">{JOB}</serviceTask>' + end("qe") + chain("qs", "t", "qe")
    second = f'<process id="q" isExecutable="true">{called}{inside}</process>'
    checked = check_resources({"test.bpmn": file(first + second)})
    assert checked.ok, checked.problems
    return tuple(checked.processes.values())


def test_a_call_hands_over_its_data_under_the_names_of_the_called_process() -> None:
    call = f'<callActivity id="n" calledElement="q">{io("i", "o")}{takes("i")}{gives("o", "r2")}</callActivity>'
    running = Run(*calling(call, io("wanted", "found"))).start(stock=5, secret=1)
    assert seen(running) == {"wanted": 5, "found": None, "i": 5, "o": None}
    running.work("t", found=9)
    assert running.variables == {"stock": 5, "secret": 1, "total": 9}


def test_data_with_the_same_names_belong_together_whatever_their_order() -> None:
    call = f'<callActivity id="n" calledElement="q">{io("a b")}{takes("a")}{takes("b", "r2")}</callActivity>'
    turned = '<ioSpecification><dataInput id="b1" name="b"/><dataInput id="a1" name="a"/><inputSet>'
    turned += "<dataInputRefs>a1</dataInputRefs><dataInputRefs>b1</dataInputRefs></inputSet><outputSet/></ioSpecification>"
    running = Run(*calling(call, turned)).start(stock=5, total=6)
    assert (seen(running)["a"], seen(running)["b"]) == (5, 6)


LOOP = (
    "<multiInstanceLoopCharacteristics>\n<loopDataInputRef>i</loopDataInputRef><loopDataOutputRef>o</loopDataOutputRef>"
    '<inputDataItem id="one" name="line"/><outputDataItem id="made" name="parcel"/></multiInstanceLoopCharacteristics>'
)


def test_a_multi_instance_takes_its_items_from_a_data_input_and_gathers_a_data_output() -> None:
    xml = between(job(io("i", "o") + takes("i") + gives("o", "r2") + LOOP), more=OBJECT + OTHER)
    running = run(xml, stock=[1, 2])
    assert {**seen(running)}["line"] == 2
    assert "i" not in seen(running)
    running.work("n", parcel="a", secret=1)
    running.work("n", parcel="b", secret=1)
    assert running.variables["total"] == ["a", "b"]


def test_a_looped_sub_process_takes_a_data_object_that_it_sees() -> None:
    loop = LOOP.replace(">i<", ">d<").replace(">o<", ">d2<")
    running = run(
        between(f'<subProcess id="n"><serviceTask id="t">{JOB}</serviceTask>{loop}</subProcess>', more=OBJECT + OTHER),
        stock=[1, 2],
    )
    running.work("t", parcel="a")
    running.work("t", parcel="b")
    assert running.variables["total"] == ["a", "b"]


def test_a_collection_may_be_named_as_other_engines_do() -> None:
    loop = '<multiInstanceLoopCharacteristics><loopDataInputRef>lines</loopDataInputRef><inputDataItem name="line"/>'
    found = node(between(f'<task id="n">{loop}</multiInstanceLoopCharacteristics></task>')).loop
    assert (found.input_collection.text, found.input_element) == ("lines", "line")  # type: ignore[union-attr]


def test_the_data_of_a_call_that_does_not_fit_is_told_with_the_deployment() -> None:
    call = f'<callActivity id="n" calledElement="q">{io("i")}{takes("i")}</callActivity>'
    with pytest.raises(AssertionError, match="CHECK-3040"):
        calling(call, io("a b"))


def test_data_does_not_count_as_elements() -> None:
    many = "".join(f'<dataObject id="d{n}"/>' for n in range(6000))
    assert read_bpmn(between('<task id="n"/>', more=many), "x").ok


def test_data_are_names_that_somebody_sets() -> None:
    xml = between(job(io("number") + takes("number")), more=OBJECT + '<property id="numbre"/>')
    assert check_resources({"test.bpmn": xml}).problems == ()


@pytest.mark.parametrize("name", ["d", "s", "p", "nothing", ""])
def test_a_message_that_is_something_else_is_told_and_never_raises(name: str) -> None:
    receive = f'<receiveTask id="n" messageRef="{name}">{io(outputs="o")}{gives("o")}</receiveTask>'
    assert "BPMN-3401" in [problem.code for problem in errors(between(receive, '<itemDefinition id="d"/>'))]
