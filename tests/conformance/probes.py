"""Tries every element of BPMN at every place: a small diagram for each, and what the engine says to it.

The elements are those of the vocabulary (`engine.bpmn.vocabulary`), so that whatever is added there is tried, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from engine.api import Severity, check_resources
from engine.bpmn import CODES
from engine.bpmn.vocabulary import FLOW_NODES, NODES

SUFFIX: Final = "EventDefinition"
START, EVENT_START, EVENT_START_BESIDE = "begins the process", "begins an event sub-process", "as before, without interrupting"
CATCH, THROW, END = "is waited for", "is thrown", "ends the path"
BOUNDARY, BOUNDARY_BESIDE = "at the border, interrupting", "at the border, without interrupting"
POSITIONS: Final = {
    START: "startEvent",
    EVENT_START: "startEvent",
    EVENT_START_BESIDE: "startEvent",
    CATCH: "intermediateCatchEvent",
    BOUNDARY: "boundaryEvent",
    BOUNDARY_BESIDE: "boundaryEvent",
    THROW: "intermediateThrowEvent",
    END: "endEvent",
}
_CATCHING: Final = (START, EVENT_START, EVENT_START_BESIDE, CATCH, BOUNDARY, BOUNDARY_BESIDE)
STANDARD: Final = {
    "": (START, THROW, END),
    "message": (*_CATCHING, THROW, END),
    "timer": _CATCHING,
    "error": (EVENT_START, BOUNDARY, END),
    "escalation": (EVENT_START, EVENT_START_BESIDE, BOUNDARY, BOUNDARY_BESIDE, THROW, END),
    "cancel": (BOUNDARY, END),
    "compensate": (EVENT_START, BOUNDARY, THROW, END),
    "conditional": _CATCHING,
    "link": (CATCH, THROW),
    "signal": (*_CATCHING, THROW, END),
    "terminate": (END,),
    "multiple": (*_CATCHING, THROW, END),
    "parallelMultiple": _CATCHING,
}
"""BPMN 2.0 table 10.93: which trigger stands where."""

ACTIVITIES: Final = tuple(sorted(name for name in FLOW_NODES if "isForCompensation" in NODES[name].attributes))
MARKERS: Final = {
    "standardLoopCharacteristics": (
        "<standardLoopCharacteristics><loopCondition>=x</loopCondition></standardLoopCharacteristics>"
    ),
    "multiInstanceLoopCharacteristics": (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    ),
    "isForCompensation": "",
}

_NEEDS: Final = {
    "serviceTask": '<zeebe:taskDefinition type="t"/>',
    "sendTask": '<zeebe:taskDefinition type="t"/>',
    "scriptTask": '<zeebe:script expression="=1" resultVariable="r"/>',
    "businessRuleTask": '<zeebe:taskDefinition type="t"/>',
    "callActivity": '<zeebe:calledElement processId="q"/>',
}
_ROOT: Final = (
    '<message id="m" name="m"><extensionElements><zeebe:subscription correlationKey="=k"/></extensionElements></message>'
    '<signal id="g" name="g"/><error id="r" errorCode="E"/><escalation id="l" escalationCode="L"/>'
)
_PARTS: Final = {
    "message": '<messageEventDefinition messageRef="m"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "error": '<errorEventDefinition errorRef="r"/>',
    "escalation": '<escalationEventDefinition escalationRef="l"/>',
    "signal": '<signalEventDefinition signalRef="g"/>',
    "conditional": "<conditionalEventDefinition><condition>=x</condition></conditionalEventDefinition>",
    "link": '<linkEventDefinition name="j"/>',
}
_INNER: Final = '<startEvent id="i1"/><endEvent id="i2"/><sequenceFlow id="i3" sourceRef="i1" targetRef="i2"/>'

_CALLED: Final = (
    '<process id="q" isExecutable="true"><startEvent id="q1"/><endEvent id="q2"/>'
    '<sequenceFlow id="q3" sourceRef="q1" targetRef="q2"/></process>'
)
_CONTENTS: Final = {"subProcess": _INNER, "transaction": _INNER, "adHocSubProcess": '<task id="i1"/>'}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`code` is None for what runs."""

    code: str | None = None

    @property
    def text(self) -> str:
        """For a table."""
        return "runs" if self.code is None else f"refused ({self.code})"

    @property
    def reason(self) -> str:
        """Why it is refused."""
        return "" if self.code is None else CODES[self.code][0]


def triggers() -> Iterator[str]:
    """Every trigger of the vocabulary, none, several, and all of several."""
    yield ""
    every = {name for node in NODES.values() for name in node.children if name.endswith(SUFFIX)}
    yield from sorted(name.removesuffix(SUFFIX) for name in every)
    yield from ("multiple", "parallelMultiple")


@cache
def event(position: str, trigger: str) -> Verdict:
    """What the engine says to an event."""
    return _verdict(_EVENTS[position](_definition(trigger), _flag(trigger)), link=trigger == "link")


def element(tag: str, attributes: str = "", inside: str = "") -> Verdict:
    """What the engine says to an activity or gateway between a start and an end."""
    if tag.endswith("Gateway"):
        return _verdict(_gateway(tag, attributes))
    return _verdict(_between(_activity(tag, f'id="n" {attributes}', inside)))


def instantiating_task() -> Verdict:
    """What the engine says to a receive task that begins the process."""
    return _verdict(f'<receiveTask id="n" messageRef="m" instantiate="true"/><endEvent id="e"/>{_flows("n>e")}')


def marked(tag: str, marker: str) -> Verdict:
    """What the engine says to an activity with a marker."""
    if marker != "isForCompensation":
        return element(tag, inside=MARKERS[marker])
    undo = _activity(tag, 'id="u" isForCompensation="true"')
    event_ = '<boundaryEvent id="b" attachedToRef="n"><compensateEventDefinition/></boundaryEvent>'
    return _verdict(_between(f'<task id="n"/>{event_}{undo}<association id="a" sourceRef="b" targetRef="u"/>'))


# -- diagrams ------------------------------------------------------------------------------------------------------------


def _activity(tag: str, attributes: str, inside: str = "") -> str:
    needs = f"<extensionElements>{_NEEDS[tag]}</extensionElements>" if tag in _NEEDS else ""
    message = ' messageRef="m"' if tag == "receiveTask" else ""
    return f"<{tag} {attributes}{message}>{needs}{inside}{_CONTENTS.get(tag, '')}</{tag}>"


def _definition(trigger: str) -> str:
    if trigger == "":
        return ""
    if trigger in ("multiple", "parallelMultiple"):
        # Two that may stand at every place where several may.
        return _PARTS["message"] + _PARTS["signal"]
    return _PARTS.get(trigger, f"<{trigger}{SUFFIX}/>")


def _flag(trigger: str) -> str:
    return ' parallelMultiple="true"' if trigger == "parallelMultiple" else ""


def _flows(*ends: str) -> str:
    pairs = (pair.split(">") for pair in ends)
    return "".join(f'<sequenceFlow id="f{n}" sourceRef="{a}" targetRef="{b}"/>' for n, (a, b) in enumerate(pairs))


def _between(node: str) -> str:
    return f'<startEvent id="s"/>{node}<endEvent id="e"/>{_flows("s>n", "n>e")}'


def _gateway(tag: str, attributes: str) -> str:
    targets = '<task id="a"/><task id="b"/>'
    condition = "<conditionExpression>=x</conditionExpression>"
    if tag == "eventBasedGateway":
        targets = "".join(
            f'<intermediateCatchEvent id="{i}">{_PARTS[t]}</intermediateCatchEvent>'
            for i, t in (("a", "message"), ("b", "signal"))
        )
        condition = ""
    plain = tag in ("parallelGateway", "eventBasedGateway")
    begun = "instantiate" in attributes
    start = "" if begun else f'<startEvent id="s"/>{_flows("s>n")}'
    ways = "" if plain else ' default="g2"'
    return (
        f'{start}<{tag} id="n"{ways} {attributes}/>{targets}<endEvent id="e"/>'
        f'<sequenceFlow id="g1" sourceRef="n" targetRef="a">{"" if plain else condition}</sequenceFlow>'
        '<sequenceFlow id="g2" sourceRef="n" targetRef="b"/>'
        '<sequenceFlow id="g3" sourceRef="a" targetRef="e"/><sequenceFlow id="g4" sourceRef="b" targetRef="e"/>'
    )


def _event_sub_process(definition: str, flags: str) -> str:
    inside = f'<startEvent id="x"{flags}>{definition}</startEvent>'
    inside += '<endEvent id="y"/><sequenceFlow id="z" sourceRef="x" targetRef="y"/>'
    around = f'<subProcess id="o">{_INNER}<subProcess id="v" triggeredByEvent="true">{inside}</subProcess></subProcess>'
    return f'<startEvent id="s"/>{around}<endEvent id="e"/>{_flows("s>o", "o>e")}'


def _boundary(definition: str, flags: str) -> str:
    host, more = '<transaction id="n">' + _INNER + "</transaction>", _flows("s>n", "n>e", "b>e2")
    after = '<endEvent id="e2"/>'
    if "compensate" in definition:
        after = '<task id="u" isForCompensation="true"/><association id="a" sourceRef="b" targetRef="u"/>'
        more = _flows("s>n", "n>e")
    event_ = f'<boundaryEvent id="b" attachedToRef="n"{flags}>{definition}</boundaryEvent>'
    return f'<startEvent id="s"/>{host}{event_}{after}<endEvent id="e"/>{more}'


def _end(definition: str, flags: str) -> str:
    if "cancel" in definition:
        inside = (
            f'<startEvent id="i1"/><endEvent id="x">{definition}</endEvent><sequenceFlow id="i3" sourceRef="i1" targetRef="x"/>'
        )
        cancelled = '<boundaryEvent id="b" attachedToRef="n"><cancelEventDefinition/></boundaryEvent><endEvent id="e2"/>'
        around = f'<transaction id="n">{inside}</transaction>{cancelled}'
        return f'<startEvent id="s"/>{around}<endEvent id="e"/>{_flows("s>n", "n>e", "b>e2")}'
    return f'<startEvent id="s"/><endEvent id="x"{flags}>{definition}</endEvent>{_flows("s>x")}'


def _start(definition: str, flags: str) -> str:
    return f'<startEvent id="s"{flags}>{definition}</startEvent><endEvent id="e"/>{_flows("s>e")}'


def _middle(tag: str, definition: str, flags: str) -> str:
    if "link" not in definition:
        return _between(f'<{tag} id="n"{flags}>{definition}</{tag}>')
    thrown = f'<intermediateThrowEvent id="n">{definition}</intermediateThrowEvent>'
    caught = f'<intermediateCatchEvent id="c">{definition}</intermediateCatchEvent>'
    return f'<startEvent id="s"/>{thrown}{caught}<endEvent id="e"/>{_flows("s>n", "c>e")}'


_EVENTS: Final = {
    START: _start,
    EVENT_START: _event_sub_process,
    EVENT_START_BESIDE: lambda d, f: _event_sub_process(d, f + ' isInterrupting="false"'),
    CATCH: lambda d, f: _middle("intermediateCatchEvent", d, f),
    BOUNDARY: _boundary,
    BOUNDARY_BESIDE: lambda d, f: _boundary(d, f + ' cancelActivity="false"'),
    THROW: lambda d, f: _middle("intermediateThrowEvent", d, f),
    END: _end,
}


def _verdict(content: str, *, link: bool = False) -> Verdict:
    xml = (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
        f'targetNamespace="t">{_ROOT}<process id="p" isExecutable="true">{content}</process>{_CALLED}</definitions>'
    )
    errors = [p for p in check_resources({"probe.bpmn": xml.encode()}).problems if p.severity is Severity.ERROR]
    return Verdict(code=errors[0].code if errors else None)
