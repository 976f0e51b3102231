"""What SpiffWorkflow 3.2 does wrong, by known minimal cases, is right here: each in a drawing of our own.

The identifiers are those of docs/oracle.md, which lists all of them; a test holds the two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.bpmn import read_bpmn
from engine.check import check_resources
from engine.dmn import DecisionFailed, evaluate_decision, read_dmn
from engine.kernel import Code, events
from tests.support.kernel_run import NOW, Run

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:own="urn:test" id="d" targetNamespace="urn:test">'
)
SIGNAL = '<signal id="sig" name="news"/>'
NEWS = '<signalEventDefinition signalRef="sig"/>'
ERROR = '<error id="err" errorCode="A"/>'
FAILS = '<errorEventDefinition errorRef="err"/>'
ENDS = '<startEvent id="s"/><endEvent id="e"/>'
USER = '<userTask id="u"><extensionElements><zeebe:userTask/></extensionElements></userTask>'


def flows(text: str, *, ids: bool = True) -> str:
    """`a>b` is a flow; `a>b?condition` one with a condition."""
    drawn = []
    for number, flow in enumerate(text.split(), 1):
        source, _, rest = flow.partition(">")
        target, _, condition = rest.partition("?")
        named = f'id="f_{source}_{target}_{number}" ' if ids else ""
        inside = f"<conditionExpression>={condition}</conditionExpression>" if condition else ""
        drawn.append(f'<sequenceFlow {named}sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>')
    return "".join(drawn)


def document(body: str, outside: str = "", process: str = "p") -> bytes:
    """One process."""
    return f'{HEAD}{outside}<process id="{process}" isExecutable="true">{body}</process></definitions>'.encode()


def started(body: str, outside: str = "", **variables: Any) -> Run:
    """The process runs as it was read."""
    file = read_bpmn(document(body, outside), "p.bpmn")
    assert file.processes, file.problems
    return Run(*file.processes.values()).start(**variables)


def tasks(*names: str) -> str:
    """Plain tasks."""
    return "".join(f'<task id="{name}"/>' for name in names)


def on(event: str, *, interrupting: bool = True) -> str:
    """An event sub-process with a task `handler`."""
    start = f'<startEvent id="s2" isInterrupting="{str(interrupting).lower()}">{event}</startEvent>'
    inside = f'{start}{tasks("handler")}<endEvent id="e2"/>{flows("s2>handler handler>e2")}'
    return f'<subProcess id="ev" triggeredByEvent="true">{inside}</subProcess>'


def within(inside: str) -> str:
    """A sub-process `sub`."""
    return f'<subProcess id="sub"><startEvent id="in"/>{inside}</subProcess>'


def b01() -> None:
    """Sequence flows without an id."""
    assert "a" in started(ENDS + tasks("a") + flows("s>a a>e", ids=False)).trace


def b02() -> None:
    """An event sub-process for an error that is not raised does not run."""
    run = started(ENDS + tasks("main") + flows("s>main main>e") + on(FAILS), ERROR)
    assert "main" in run.trace
    assert "handler" not in run.trace


def b03() -> None:
    """An interrupting event sub-process ends what its scope does."""
    run = started(ENDS + USER + flows("s>u u>e") + on(NEWS), SIGNAL).signal("news")
    assert "handler" in run.trace
    assert run.ended


def b04() -> None:
    """An event sub-process inside a sub-process is started, and the sub-process goes on."""
    inside = USER + '<endEvent id="out"/>' + flows("in>u u>out") + on(NEWS, interrupting=False)
    run = started(ENDS + within(inside) + flows("s>sub sub>e"), SIGNAL).signal("news")
    assert "handler" in run.trace
    assert run.open.count("u") == 1
    assert run.complete("u").ended


def b05() -> None:
    """What an interrupting boundary event ends does not go on."""
    throw = f'<intermediateThrowEvent id="throw">{NEWS}</intermediateThrowEvent>'
    inside = throw + tasks("after") + '<endEvent id="out"/>' + flows("in>throw throw>after after>out")
    edge = f'<boundaryEvent id="edge" attachedToRef="sub">{NEWS}</boundaryEvent>'
    run = started(ENDS + within(inside) + edge + tasks("handler") + flows("s>sub sub>e edge>handler"), SIGNAL)
    assert "handler" in run.trace
    assert "after" not in run.trace


def b06() -> None:
    """A signal end event throws."""
    run = started(f'<startEvent id="s"/><endEvent id="e">{NEWS}</endEvent>' + flows("s>e"), SIGNAL)
    assert [thrown.signal for thrown in run.emitted(events.SignalThrown)] == ["news"]


def b07() -> None:
    """A link throw event leads to its link catch event."""
    link = '<linkEventDefinition name="L"/>'
    ends = f'<intermediateThrowEvent id="l1">{link}</intermediateThrowEvent>'
    ends += f'<intermediateCatchEvent id="l2">{link}</intermediateCatchEvent>'
    assert "a" in started(ENDS + ends + tasks("a") + flows("s>l1 l2>a a>e")).trace


def b08() -> None:
    """No id of an element is reserved: a task may be called End."""
    assert "End" in started(ENDS + tasks("End") + flows("s>End End>e")).trace


def b09() -> None:
    """A start event may be called Start."""
    body = '<startEvent id="Start"/><endEvent id="e"/>' + tasks("a") + flows("Start>a a>e")
    assert "a" in started(body).trace


def b10() -> None:
    """A condition on the flow that leaves a task is asked; where none holds, that is an incident and no silent way on."""
    run = started(ENDS + tasks("a", "b") + flows("s>a a>b?false b>e"))
    assert "b" not in run.trace
    assert run.incident.code == Code.NO_FLOW_CHOSEN


def b11() -> None:
    """Two flows without a condition leave a task: both are taken."""
    run = started(ENDS + tasks("a", "b", "c") + flows("s>a a>b a>c b>e c>e"))
    assert sorted(name for name in run.trace if name in "abc") == ["a", "b", "c"]


def b12() -> None:
    """A process without an end event ends when its last token does."""
    assert started('<startEvent id="s"/>' + tasks("a") + flows("s>a")).ended


def b13() -> None:
    """A reference to an event definition is refused where it is, and never passed over as if nothing were to be waited for."""
    caught = '<intermediateCatchEvent id="c"><eventDefinitionRef>T</eventDefinitionRef></intermediateCatchEvent>'
    waits = '<timerEventDefinition id="T"><timeDuration>PT1H</timeDuration></timerEventDefinition>'
    file = read_bpmn(document(ENDS + caught + flows("s>c c>e"), waits), "p.bpmn")
    if file.processes:
        assert Run(*file.processes.values()).start().open == ["c"]
    else:
        assert any(problem.element == "c" for problem in file.problems)


def b14() -> None:
    """An error that nobody catches does not leave by the usual way."""
    inside = f'<endEvent id="x">{FAILS}</endEvent>' + flows("in>x")
    run = started(ENDS + within(inside) + tasks("usual") + flows("s>sub sub>usual usual>e"), ERROR)
    assert "usual" not in run.trace
    assert run.incident.code == Code.ERROR_UNCAUGHT


def b15() -> None:
    """A boundary event that does not interrupt happens every time."""
    edge = f'<boundaryEvent id="edge" attachedToRef="u" cancelActivity="false">{NEWS}</boundaryEvent>'
    run = started(ENDS + USER + edge + tasks("h") + flows("s>u u>e edge>h"), SIGNAL)
    run.signal("news").signal("news").signal("news")
    assert run.trace.count("h") == 3


def b16() -> None:
    """An ad-hoc sub-process without a completion condition does what is in it."""
    body = '<adHocSubProcess id="a">' + tasks("x") + "</adHocSubProcess>"
    run = started(ENDS + body + flows("s>a a>e"))
    assert "x" in run.trace
    assert run.ended


def _turns(inside: str, sequential: bool = False) -> str:
    flag = str(sequential).lower()
    return f'<multiInstanceLoopCharacteristics isSequential="{flag}">{inside}</multiInstanceLoopCharacteristics>'


def b17() -> None:
    """A cardinality of -1 is an incident that tells so, and no instance that hangs."""
    body = '<task id="a">' + _turns("<loopCardinality>=-1</loopCardinality>", sequential=True) + "</task>"
    run = started(ENDS + body + flows("s>a a>e"))
    assert run.incident.code == Code.LOOP_INVALID


def b18() -> None:
    """Outputs of a multi-instance replace a list that is there already."""
    loop = '<zeebe:loopCharacteristics inputCollection="=[1, 2]" outputCollection="out" outputElement="=x"/>'
    script = '<extensionElements><zeebe:script expression="=1" resultVariable="x"/></extensionElements>'
    body = f'<scriptTask id="a">{script}{_turns(f"<extensionElements>{loop}</extensionElements>")}</scriptTask>'
    assert started(ENDS + body + flows("s>a a>e"), out=[]).variables["out"] == [1, 1]


def b19() -> None:
    """A service that fails is an incident with its message."""
    detail = '<extensionElements><zeebe:taskDefinition type="backend"/></extensionElements>'
    run = started(ENDS + f'<serviceTask id="a">{detail}</serviceTask>' + flows("s>a a>e"))
    run.fail("a", 0, "backend down")
    assert run.incident.message == "backend down"


def _receives(reference: str) -> str:
    caught = f'<messageEventDefinition messageRef="{reference}"/>'
    return f'<intermediateCatchEvent id="c">{caught}</intermediateCatchEvent>'


def b20() -> None:
    """A message that does not exist is told with the element, and never an exception."""
    file = read_bpmn(document(ENDS + _receives("nobody") + flows("s>c c>e")), "p.bpmn")
    assert any(problem.element == "c" and "nobody" in problem.message for problem in file.problems)


def b21() -> None:
    """A reference may be a qualified name."""
    message = (
        '<message id="m" name="M"><extensionElements><zeebe:subscription correlationKey="=1"/></extensionElements></message>'
    )
    assert started(ENDS + _receives("own:m") + flows("s>c c>e"), message).open == ["c"]


def b22() -> None:
    """Two files may use the same id for a sub-process."""
    body = ENDS + within('<endEvent id="out"/>' + flows("in>out")) + flows("s>sub sub>e")
    checked = check_resources({f"{name}.bpmn": document(body, process=name) for name in "pq"})
    assert set(checked.processes) == {"p", "q"}


def b23() -> None:
    """With a completion quantity of two, two tokens leave."""
    run = started(ENDS + '<task id="a" completionQuantity="2"/>' + tasks("b") + flows("s>a a>b b>e"))
    assert run.trace.count("b") == 2


def b24() -> None:
    """What one branch takes out of a variable stays out: branches share their scope, and a join merges nothing."""

    def script(name: str, text: str, result: str) -> str:
        detail = f'<zeebe:script expression="={text}" resultVariable="{result}"/>'
        return f'<scriptTask id="{name}"><extensionElements>{detail}</extensionElements></scriptTask>'

    gates = '<parallelGateway id="g"/><parallelGateway id="j"/>'
    body = gates + script("x", "{b: v.b}", "v") + script("y", "1", "other")
    run = started(ENDS + body + flows("s>g g>x g>y x>j y>j j>e"), v={"a": 1, "b": 2})
    assert run.variables["v"] == {"b": 2}


def b25() -> None:
    """Each file keeps its lanes, however many were read before it."""
    for number in range(30):
        read_bpmn(f'{HEAD}<message id="m{number}" name="x"/></definitions>'.encode(), "m.bpmn")
        lane = f'<laneSet id="ls"><lane id="l" name="Lane {number}"><flowNodeRef>u</flowNodeRef></lane></laneSet>'
        file = read_bpmn(document(lane + ENDS + USER + flows("s>u u>e")), "p.bpmn")
        assert file.processes["p"].elements["u"].lane == f"Lane {number}"


def b26() -> None:
    """An ad-hoc sub-process whose condition stays false runs all that is in it, one after the other, and asks what is next."""
    condition = "<completionCondition>=false</completionCondition>"
    inside = tasks("x", "y") + condition
    body = f'<adHocSubProcess id="a" ordering="Sequential" cancelRemainingInstances="false">{inside}</adHocSubProcess>'
    run = started(ENDS + body + flows("s>a a>e"))
    assert [name for name in run.trace if name in "xy"] == ["x", "y"]
    assert run.incident.code == Code.AD_HOC_NOTHING_ACTIVE


def _timer(duration: str) -> Run:
    timer = f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"
    return started(ENDS + f'<intermediateCatchEvent id="c">{timer}</intermediateCatchEvent>' + flows("s>c c>e"))


def t01() -> None:
    """The duration -PT1H lies an hour back."""
    due = _timer("-PT1H").wait(events.TimerScheduled, "c").due
    assert (NOW - due).total_seconds() == 3600


def t02() -> None:
    """The duration P, which says nothing, is refused or an incident."""
    timer = "<timerEventDefinition><timeDuration>P</timeDuration></timerEventDefinition>"
    body = ENDS + f'<intermediateCatchEvent id="c">{timer}</intermediateCatchEvent>' + flows("s>c c>e")
    file = read_bpmn(document(body), "p.bpmn")
    if file.processes:
        assert Run(*file.processes.values()).start().incident.code == Code.TIMER_INVALID
    else:
        assert any(problem.element == "c" for problem in file.problems)


def _decided(policy: str, rules: list[tuple[str, str]], inputs: dict[str, Any], more: str = "", *, ids: bool = True) -> Any:
    def named(name: str) -> str:
        return f' id="{name}"' if ids else ""

    drawn = "".join(
        f"<rule{named(f'r{n}')}><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{value}</text></outputEntry></rule>"
        for n, (test, value) in enumerate(rules)
    )
    kind, _, aggregation = policy.partition("/")
    attribute = f' aggregation="{aggregation}"' if aggregation else ""
    table = (
        f'<decisionTable id="T" hitPolicy="{kind}"{attribute}>{more}<input{named("i")}><inputExpression><text>x</text>'
        f'</inputExpression></input><output{named("o")} name="o"/>{drawn}</decisionTable>'
    )
    namespace = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    decision = f'<decision id="D" name="D">{table}</decision>'
    xml = f'<definitions xmlns="{namespace}" id="d" name="d" namespace="n">{decision}</definitions>'
    return evaluate_decision(read_dmn(xml.encode(), "d.dmn"), "D", inputs, now=NOW).value


FIVE: dict[str, Any] = {"x": Decimal(5)}
BOTH = [("&gt; 1", "1"), ("&gt; 2", "2")]


def d01() -> None:
    """UNIQUE: two rules that match are a failure."""
    with pytest.raises(DecisionFailed):
        _decided("UNIQUE", BOTH, FIVE)


def d02() -> None:
    """ANY: outputs that differ are a failure."""
    with pytest.raises(DecisionFailed):
        _decided("ANY", BOTH, FIVE)


def d03() -> None:
    """RULE ORDER gives the outputs in the order of the rules."""
    assert _decided("RULE ORDER", BOTH, FIVE) == [1, 2]


def d04() -> None:
    """COLLECT with SUM adds."""
    assert _decided("COLLECT/SUM", BOTH, FIVE) == 3


def d05() -> None:
    """A unary test with several values."""
    assert _decided("FIRST", [('"a","b"', "1"), ("-", "2")], {"x": "a"}) == 1


def d06() -> None:
    """A unary test with not(...)."""
    assert _decided("FIRST", [('not("a")', "1"), ("-", "2")], {"x": "b"}) == 1


def d07() -> None:
    """An interval."""
    assert _decided("FIRST", [("[1..5]", "1"), ("-", "2")], FIVE) == 1


def d08() -> None:
    """The FEEL word true."""
    assert _decided("FIRST", [("true", "1"), ("-", "2")], {"x": True}) == 1


def d09() -> None:
    """An empty output is null."""
    assert _decided("FIRST", [("-", "")], FIVE) is None


def d10() -> None:
    """Rules, inputs and outputs without ids."""
    assert _decided("FIRST", [("-", "1")], FIVE, ids=False) == 1


def d11() -> None:
    """A comment in the table."""
    assert _decided("FIRST", [("-", "1")], FIVE, "<!-- why -->") == 1


def d12() -> None:
    """A description in the table."""
    assert _decided("FIRST", [("-", "1")], FIVE, "<description>why</description>") == 1


def d13() -> None:
    """Numbers are decimal: 0.1 + 0.2 is 0.3."""
    assert _decided("FIRST", [("-", "0.1 + 0.2")], FIVE) == Decimal("0.3")


CASES: dict[str, Callable[[], None]] = {
    name.upper(): case for name, case in list(globals().items()) if re.fullmatch(r"[btd]\d\d", name)
}


@pytest.mark.parametrize("case", CASES)
def test_is_right_here(case: str) -> None:
    CASES[case]()


def test_all_are_told_in_the_documentation() -> None:
    told = (Path(__file__).parents[2] / "docs" / "oracle.md").read_text(encoding="utf-8")
    assert [case for case, check in CASES.items() if f"| {case} | {check.__doc__} |" not in told] == []
