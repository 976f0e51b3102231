"""Twelve shapes of process that the faults are let loose on. Together they wait for everything a process can wait for.

Each shape says how often its elements may call the peer, which is told apart from what the engine thinks it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.support.diagrams import diagram, message, named_message, service_task, throw, timer, user_task, wait_for

CALL, ROLL, TURN, PUBLISH = "faults.call", "faults.roll", "faults.turn", "faults.publish"
"""Job types: a request to the peer; a number from 0 to 3 that follows from the instance's name; the next turn; a message."""

NEVER = "never"
"""The user task that nobody ever does: its timer ends it."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A process that drivers start. `calls` are the least and the most requests of each element in one whole instance;
    `messages` are sent to each instance from outside; of the elements in `one_of` exactly one calls."""

    name: str
    xml: bytes
    calls: Mapping[str, tuple[int, int]]
    messages: tuple[str, ...] = ()
    one_of: frozenset[str] = field(default_factory=frozenset)


def _call(name: str, io: str = "", more: str = "") -> str:
    return service_task(name, CALL, retries=1000, io=io).replace("</serviceTask>", more + "</serviceTask>")


def _graph(name: str, nodes: list[str], ways: list[str], *, outside: str = "", within: str = "") -> bytes:
    """`ways` are sequence flows, each written ``source target`` and perhaps a FEEL condition behind them."""
    return diagram(name, *_ends(nodes), *_flows(ways), within, outside=outside)


def _ends(nodes: list[str]) -> list[str]:
    return ['<bpmn:startEvent id="start" />', *nodes, '<bpmn:endEvent id="end" />']


def _flows(ways: list[str], prefix: str = "f") -> list[str]:
    return [_flow(f"{prefix}{number}", *way.split(" ", 2)) for number, way in enumerate(ways)]


def _flow(name: str, source: str, target: str, condition: str = "") -> str:
    told = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{told}</bpmn:sequenceFlow>'


def _gateway(kind: str, *names: str) -> list[str]:
    return [f'<bpmn:{kind}Gateway id="{name}" />' for name in names]


def _boundary(name: str, host: str, definition: str, *, interrupts: bool = True) -> str:
    cancels = "" if interrupts else ' cancelActivity="false"'
    return f'<bpmn:boundaryEvent id="{name}" attachedToRef="{host}"{cancels}>{definition}</bpmn:boundaryEvent>'


def _inside(name: str, nodes: list[str], ways: list[str]) -> str:
    """An embedded sub-process."""
    body = "".join(['<bpmn:startEvent id="begin" />', *nodes, '<bpmn:endEvent id="finish" />', *_flows(ways, "i")])
    return f'<bpmn:subProcess id="{name}">{body}</bpmn:subProcess>'


def _many(task: str, tag: str, items: str, *, sequential: bool) -> str:
    """The same activity for each item."""
    each = f'<zeebe:loopCharacteristics inputCollection="{items}" inputElement="item" />'
    inner = f"<bpmn:extensionElements>{each}</bpmn:extensionElements>"
    kind = f' isSequential="{str(sequential).lower()}"'
    loop = f"<bpmn:multiInstanceLoopCharacteristics{kind}>{inner}</bpmn:multiInstanceLoopCharacteristics>"
    return task.replace(f"</bpmn:{tag}>", f"{loop}</bpmn:{tag}>")


def _linear() -> Shape:
    nodes = [_call("charge"), user_task("look"), service_task("note", ROLL)]
    xml = _graph("linear", nodes, ["start charge", "charge look", "look note", "note end"])
    return Shape(name="linear", xml=xml, calls={"charge": (1, 1)})


def _choice() -> Shape:
    nodes = [
        service_task("roll", ROLL),
        *_gateway("exclusive", "which", "again"),
        _call("left"),
        _call("right"),
        user_task("look"),
    ]
    ways = ["start roll", "roll which", "which left =n &lt; 2", "which right =n &gt;= 2", "left again", "right again"]
    xml = _graph("choice", nodes, [*ways, "again look", "look end"])
    return Shape(name="choice", xml=xml, calls={"left": (0, 1), "right": (0, 1)}, one_of=frozenset({"left", "right"}))


def _all() -> Shape:
    nodes = [
        *_gateway("parallel", "split", "join"),
        _call("charge"),
        user_task("look"),
        service_task("note", ROLL),
        _call("tell"),
    ]
    ways = [
        "start split",
        *(f"split {one}" for one in ("charge", "look", "note")),
        *(f"{one} join" for one in ("charge", "look", "note")),
    ]
    return Shape(
        name="all", xml=_graph("all", nodes, [*ways, "join tell", "tell end"]), calls={"charge": (1, 1), "tell": (1, 1)}
    )


def _some() -> Shape:
    nodes = [
        service_task("roll", ROLL),
        *_gateway("inclusive", "split", "join"),
        _call("a"),
        user_task("b"),
        _call("c"),
        _call("tell"),
    ]
    ways = [
        "start roll",
        "roll split",
        "split a =n &gt;= 0",
        "split b =n &gt;= 1",
        "split c =n &gt;= 2",
        "a join",
        "b join",
        "c join",
    ]
    xml = _graph("some", nodes, [*ways, "join tell", "tell end"])
    return Shape(name="some", xml=xml, calls={"a": (1, 1), "c": (0, 1), "tell": (1, 1)})


def _loop() -> Shape:
    nodes = [service_task("turn", TURN), *_gateway("parallel", "split", "join"), *_gateway("exclusive", "enter", "more")]
    nodes += [user_task("a"), user_task("b"), _call("c")]
    ways = ["start enter", "enter turn", "turn split", *(f"split {one}" for one in "abc"), *(f"{one} join" for one in "abc")]
    xml = _graph("loop", nodes, [*ways, "join more", "more enter =turn &lt; 2", "more end =turn &gt;= 2"])
    return Shape(name="loop", xml=xml, calls={"c": (2, 2)})


def _sub_process() -> Shape:
    inside = _inside("sub", [_call("charge"), user_task("look")], ["begin charge", "charge look", "look finish"])
    xml = _graph("sub_process", [inside, _call("tell")], ["start sub", "sub tell", "tell end"])
    return Shape(name="sub_process", xml=xml, calls={"charge": (1, 1), "tell": (1, 1)})


def _caller() -> Shape:
    called = '<zeebe:calledElement processId="called" propagateAllChildVariables="true" />'
    node = f'<bpmn:callActivity id="sub"><bpmn:extensionElements>{called}</bpmn:extensionElements></bpmn:callActivity>'
    xml = _graph("caller", [node, _call("tell")], ["start sub", "sub tell", "tell end"])
    return Shape(name="caller", xml=xml, calls={"charge": (1, 1), "tell": (1, 1)})


def _several() -> Shape:
    each = _many(_call("charge"), "serviceTask", "=[1, 2, 3]", sequential=False)
    turn = _many(user_task("look"), "userTask", "=[1, 2]", sequential=True)
    xml = _graph("several", [each, turn], ["start charge", "charge look", "look end"])
    return Shape(name="several", xml=xml, calls={"charge": (3, 3)})


def _late() -> Shape:
    nodes = [user_task("slow"), _boundary("reminded", "slow", timer("duration", "PT0.3S"), interrupts=False), _call("remind")]
    nodes += [
        user_task(NEVER),
        _boundary("over", NEVER, timer("duration", "PT0.4S")),
        _call("escalate"),
        '<bpmn:endEvent id="side" />',
    ]
    ways = ["start slow", "reminded remind", "remind side", f"slow {NEVER}", "over escalate", f"{NEVER} end", "escalate end"]
    xml = _graph("late", nodes, ways)
    return Shape(name="late", xml=xml, calls={"remind": (0, 1), "escalate": (1, 1)})


def _pair() -> Shape:
    nodes = [
        service_task("ask", PUBLISH, headers={"message": "pair.asked"}),
        wait_for("answered", message("A")),
        _call("charge"),
    ]
    nodes += [wait_for("nap", timer("duration", "PT0.2S")), wait_for("paid", message("P"))]
    outside = named_message("A", "pair.answered", "=me") + named_message("P", "pair.paid", "=me")
    ways = ["start ask", "ask answered", "answered charge", "charge nap", "nap paid", "paid end"]
    xml = _graph("pair", nodes, ways, outside=outside)
    return Shape(name="pair", xml=xml, calls={"charge": (1, 1)}, messages=("pair.paid",))


def _race() -> Shape:
    nodes = [
        '<bpmn:eventBasedGateway id="which" />',
        wait_for("told", message("W")),
        wait_for("nap", timer("duration", "PT0.3S")),
    ]
    nodes += [_call("won"), _call("lost"), user_task("look"), *_gateway("exclusive", "join")]
    ways = ["start which", "which told", "which nap", "told won", "nap lost", "won join", "lost join", "join look", "look end"]
    xml = _graph("race", nodes, ways, outside=named_message("W", "race.won", "=me"))
    calls = {"won": (0, 1), "lost": (0, 1)}
    return Shape(name="race", xml=xml, calls=calls, messages=("race.won",), one_of=frozenset(calls))


def _undone() -> Shape:
    warns = throw("raise", '<bpmn:escalationEventDefinition escalationRef="E" />')
    undo = _call("refund").replace("<bpmn:serviceTask", '<bpmn:serviceTask isForCompensation="true"')
    kept = _boundary("kept", "charge", "<bpmn:compensateEventDefinition />")
    tie = '<bpmn:association id="tie" associationDirection="One" sourceRef="kept" targetRef="refund" />'
    inside = _inside("sub", [_call("charge"), kept, undo, tie, warns], ["begin charge", "charge raise", "raise finish"])
    caught = _boundary("warned", "sub", '<bpmn:escalationEventDefinition escalationRef="E" />', interrupts=False)
    back = throw("back", "<bpmn:compensateEventDefinition />")
    nodes = [inside, caught, _call("warn"), user_task("look"), back, '<bpmn:endEvent id="side" />']
    ways = ["start sub", "warned warn", "warn side", "sub look", "look back", "back end"]
    xml = _graph("undone", nodes, ways, outside='<bpmn:escalation id="E" escalationCode="warn" />')
    return Shape(name="undone", xml=xml, calls={"charge": (1, 1), "refund": (1, 1), "warn": (1, 1)})


SHAPES: tuple[Shape, ...] = (
    *(_linear(), _choice(), _all(), _some(), _loop(), _sub_process()),
    *(_caller(), _several(), _late(), _pair(), _race(), _undone()),
)
BY_NAME: Mapping[str, Shape] = {shape.name: shape for shape in SHAPES}


def files() -> dict[str, bytes]:
    """All diagrams to be deployed: the shapes, the process that one of them calls and the one that answers another."""
    called = _graph("called", [_call("charge"), user_task("look")], ["start charge", "charge look", "look end"])
    asked = f'<bpmn:startEvent id="start">{message("Q")}</bpmn:startEvent>'
    reply = service_task("reply", PUBLISH, headers={"message": "pair.answered"})
    flows = _flows(["start reply", "reply end"])
    answerer = diagram("answerer", asked, reply, '<bpmn:endEvent id="end" />', *flows, outside=named_message("Q", "pair.asked"))
    return {f"{shape.name}.bpmn": shape.xml for shape in SHAPES} | {"called.bpmn": called, "answerer.bpmn": answerer}
