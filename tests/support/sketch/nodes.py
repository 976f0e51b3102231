"""What stands on a drawing: the elements of BPMN as they are put into the rows of a `Sketch`.

Texts that begin with ``=`` are FEEL. An element's id is what the tests call it by; its name is what readers see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from tests.support.sketch.rows import Sketch


@dataclass(frozen=True, kw_only=True)
class Node:
    """One element. `extensions` and `inside` are XML, `before` stands before it, `beside` beside the process (messages)."""

    id: str
    tag: str
    name: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    extensions: str = ""
    inside: str = ""
    before: str = ""
    beside: tuple[str, ...] = ()
    contents: Sketch | None = None
    host: str | None = None

    @property
    def is_event(self) -> bool:
        """Drawn as a circle."""
        return self.tag.endswith("Event")

    @property
    def is_data(self) -> bool:
        """Drawn as a sheet."""
        return self.tag == "dataObjectReference"

    @property
    def has_label(self) -> bool:
        """Its name stands beside it."""
        return self.is_event or self.is_gateway or self.is_data

    @property
    def is_gateway(self) -> bool:
        """Drawn as a diamond."""
        return self.tag.endswith("Gateway")


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """An event definition, and what it refers to."""

    xml: str
    beside: tuple[str, ...] = ()


def attributes_of(given: Mapping[str, str]) -> str:
    """Attributes as they are written, each with a blank before."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in given.items())


def extension(name: str, /, **given: str) -> str:
    """A `zeebe:` element; what is empty is left out."""
    return f"<zeebe:{name}{attributes_of({k: v for k, v in given.items() if v})}/>"


def formal(name: str, text: str) -> str:
    """An expression as BPMN writes it."""
    return f'<bpmn:{name} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:{name}>' if text else ""


# -- triggers ------------------------------------------------------------------------------------------------------------


def _referring(kind: str, text: str, attribute: str, inside: str = "") -> Trigger:
    if not text:
        return Trigger(xml=f"<bpmn:{kind}EventDefinition/>")
    id_ = f"{kind}_" + "".join(c if c.isalnum() else "_" for c in text)
    named = attributes_of({"id": id_, "name": text} | ({attribute: text} if attribute != "name" else {}))
    return Trigger(
        xml=f'<bpmn:{kind}EventDefinition {kind}Ref="{id_}"/>', beside=(f"<bpmn:{kind}{named}>{inside}</bpmn:{kind}>",)
    )


def message(name: str, key: str = "") -> Trigger:
    """A message by its name, with the correlation key of those who wait for it."""
    extensions = f"<bpmn:extensionElements>{extension('subscription', correlationKey=key)}</bpmn:extensionElements>"
    return _referring("message", name, "name", extensions if key else "")


def signal(name: str) -> Trigger:
    """A signal by its name."""
    return _referring("signal", name, "name")


def error(code: str = "") -> Trigger:
    """An error by its code; without it all are caught."""
    return _referring("error", code, "errorCode")


def escalation(code: str = "") -> Trigger:
    """An escalation by its code; without it all are caught."""
    return _referring("escalation", code, "escalationCode")


def timer(text: str, kind: str = "timeDuration") -> Trigger:
    """A timer: timeDuration, timeDate or timeCycle."""
    return Trigger(xml=f"<bpmn:timerEventDefinition>{formal(kind, text)}</bpmn:timerEventDefinition>")


def condition(text: str) -> Trigger:
    """Happens when the condition becomes true."""
    return Trigger(xml=f"<bpmn:conditionalEventDefinition>{formal('condition', text)}</bpmn:conditionalEventDefinition>")


def link(name: str) -> Trigger:
    """One end of a link."""
    return Trigger(xml=f"<bpmn:linkEventDefinition name={quoteattr(name)}/>")


def plain(kind: str) -> Trigger:
    """A trigger that needs nothing: terminate, cancel, compensate."""
    return Trigger(xml=f"<bpmn:{kind}EventDefinition/>")


# -- events --------------------------------------------------------------------------------------------------------------


def event(tag: str, id_: str, name: str, *triggers: Trigger, **attributes: str) -> Node:
    """An event of any kind."""
    beside = tuple(text for trigger in triggers for text in trigger.beside)
    inside = "".join(trigger.xml for trigger in triggers)
    return Node(id=id_, tag=tag, name=name, attributes=attributes, inside=inside, beside=beside)


def start(id_: str = "start", name: str = "", *triggers: Trigger, **attributes: str) -> Node:
    """A start event."""
    return event("startEvent", id_, name, *triggers, **attributes)


def end(id_: str = "end", name: str = "", *triggers: Trigger) -> Node:
    """An end event."""
    return event("endEvent", id_, name, *triggers)


def catch(id_: str, name: str, *triggers: Trigger, **attributes: str) -> Node:
    """An intermediate catch event."""
    return event("intermediateCatchEvent", id_, name, *triggers, **attributes)


def throw(id_: str, name: str = "", *triggers: Trigger) -> Node:
    """An intermediate throw event."""
    return event("intermediateThrowEvent", id_, name, *triggers)


def boundary(host: str, id_: str, name: str, *triggers: Trigger, interrupting: bool = True) -> Node:
    """A boundary event; as the first of a row it says where the row comes from."""
    attributes = {"attachedToRef": host} | ({} if interrupting else {"cancelActivity": "false"})
    return replace(event("boundaryEvent", id_, name, *triggers, **attributes), host=host)


# -- activities ----------------------------------------------------------------------------------------------------------


def task(tag: str, id_: str, name: str = "", *, extensions: str = "", inside: str = "", **attributes: str) -> Node:
    """A task of any kind."""
    return Node(id=id_, tag=tag, name=name, attributes=attributes, extensions=extensions, inside=inside)


def user(id_: str, name: str = "", extensions: str = "", **given: str) -> Node:
    """A user task."""
    return task("userTask", id_, name, extensions=extension("userTask") + extensions, **given)


def service(id_: str, name: str = "", type: str = "work", extensions: str = "", **given: str) -> Node:
    """A service task for a job type."""
    return task("serviceTask", id_, name, extensions=extension("taskDefinition", type=type) + extensions, **given)


def messaging(tag: str, id_: str, name: str, trigger: Trigger, **given: str) -> Node:
    """A send or receive task, with the message of a trigger."""
    reference = trigger.xml.split('"')[1]
    return replace(task(tag, id_, name, messageRef=reference, **given), beside=trigger.beside)


def script(id_: str, name: str, result: str, expression: str, **given: str) -> Node:
    """A script task: the value of the expression goes to `result`."""
    written = extension("script", expression=expression, resultVariable=result)
    return task("scriptTask", id_, name, extensions=written, **given)


def call(id_: str, name: str, process: str, extensions: str = "", **given: str) -> Node:
    """A call activity."""
    return task("callActivity", id_, name, extensions=extension("calledElement", processId=process) + extensions, **given)


def sub_process(id_: str, name: str, contents: Sketch, *, tag: str = "subProcess", **given: str) -> Node:
    """An expanded sub-process; `tag` for a transaction or an ad-hoc sub-process."""
    return replace(task(tag, id_, name, **given), contents=contents)


def event_sub_process(id_: str, name: str, contents: Sketch) -> Node:
    """A sub-process that its start event starts."""
    return sub_process(id_, name, contents, triggeredByEvent="true")


def mapped(*, inputs: Mapping[str, str] | None = None, outputs: Mapping[str, str] | None = None) -> str:
    """Input and output mappings, target to source."""
    given = [("input", inputs or {}), ("output", outputs or {})]
    rows = [extension(kind, source=source, target=target) for kind, pairs in given for target, source in pairs.items()]
    return f"<zeebe:ioMapping>{''.join(rows)}</zeebe:ioMapping>"


def each(collection: str = "", item: str = "", *, times: str = "", until: str = "", sequential: bool = False) -> str:
    """The multi-instance marker, for `inside`."""
    detail = extension("loopCharacteristics", inputCollection=collection, inputElement=item)
    extensions = f"<bpmn:extensionElements>{detail}</bpmn:extensionElements>" if collection else ""
    parts = extensions + formal("loopCardinality", times) + formal("completionCondition", until)
    flag = ' isSequential="true"' if sequential else ""
    return f"<bpmn:multiInstanceLoopCharacteristics{flag}>{parts}</bpmn:multiInstanceLoopCharacteristics>"


def repeat(condition: str, *, before: bool = False) -> str:
    """The loop marker, for `inside`."""
    flag = ' testBefore="true"' if before else ""
    return f"<bpmn:standardLoopCharacteristics{flag}>{formal('loopCondition', condition)}</bpmn:standardLoopCharacteristics>"


def data_object(id_: str, name: str, initial: str = "") -> Node:
    """A data object, with what it holds at the start."""
    value = f"<zeebe:properties>{extension('property', name='ringi:initialValue', value=initial)}</zeebe:properties>"
    inside = f"<bpmn:extensionElements>{value}</bpmn:extensionElements>" if initial else ""
    before = f"<bpmn:dataObject{attributes_of({'id': f'{id_}_data', 'name': name})}>{inside}</bpmn:dataObject>"
    return Node(id=id_, tag="dataObjectReference", name=name, attributes={"dataObjectRef": f"{id_}_data"}, before=before)


# -- gateways ------------------------------------------------------------------------------------------------------------


def exclusive(id_: str, name: str = "") -> Node:
    """An exclusive gateway."""
    return task("exclusiveGateway", id_, name)


def parallel(id_: str, name: str = "") -> Node:
    """A parallel gateway."""
    return task("parallelGateway", id_, name)


def inclusive(id_: str, name: str = "") -> Node:
    """An inclusive gateway."""
    return task("inclusiveGateway", id_, name)


def event_based(id_: str, name: str = "", **given: str) -> Node:
    """An event-based gateway."""
    return task("eventBasedGateway", id_, name, **given)


def complex(id_: str, activation: str = "", name: str = "") -> Node:
    """A complex gateway."""
    return task("complexGateway", id_, name, inside=formal("activationCondition", activation))
