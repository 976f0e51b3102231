"""The workloads as diagrams in three dialects, from the same parts: Ringi's, SpiffWorkflow's and camunda-python's.

The flow of control is the same everywhere; only a condition, and what an automatic task says, are spelled differently.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

Dialect = Literal["ringi", "spiff", "camunda"]
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
NAMESPACES = (
    f'xmlns="{BPMN}" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)


class Drawing:
    """Collects elements and flows of one process `p`."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.parts: list[str] = []
        self.before = ""

    def add(self, kind: str, element: str, inside: str = "", **attributes: str) -> Drawing:
        """An element."""
        said = "".join(f' {key}="{value}"' for key, value in attributes.items())
        self.parts.append(f'<{kind} id="{element}"{said}>{inside}</{kind}>')
        return self

    def add_one(self, name: str, variable: str, loop: str = "") -> Drawing:
        """An automatic task that adds one to a variable."""
        if self.dialect == "camunda":
            self.parts.append(f'<serviceTask id="{name}" camunda:delegateExpression="${{{variable}}}">{loop}</serviceTask>')
            return self
        if self.dialect == "spiff":
            return self.add("scriptTask", name, f"{loop}<script>{variable} = {variable} + 1</script>")
        script = f'<zeebe:script expression="={variable} + 1" resultVariable="{variable}"/>'
        return self.add("scriptTask", name, f"<extensionElements>{script}</extensionElements>{loop}")

    def turns(self, number: int, *, sequential: bool) -> str:
        """A multi-instance marker with a cardinality."""
        expression = f'<loopCardinality xsi:type="tFormalExpression">{number}</loopCardinality>'
        flag = str(sequential).lower()
        return f'<multiInstanceLoopCharacteristics isSequential="{flag}">{expression}</multiInstanceLoopCharacteristics>'

    def line(self, *names: str) -> Drawing:
        """Flows from each to the next."""
        for source, target in pairwise(names):
            self.parts.append(f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}"/>')
        return self

    def when(self, source: str, target: str, variable: str, sign: str, value: int) -> Drawing:
        """A flow with a condition; `sign` is FEEL's."""
        sign = sign.replace("<", "&lt;").replace(">", "&gt;")
        sign = "==" if sign == "=" and self.dialect != "ringi" else sign
        text = {"ringi": f"={variable} {sign} {value}", "spiff": f"{variable} {sign} {value}"}
        condition = text.get(self.dialect, f"${{{variable} {sign} {value}}}")
        inside = f'<conditionExpression xsi:type="tFormalExpression">{condition}</conditionExpression>'
        self.parts.append(
            f'<sequenceFlow id="f_{source}_{target}" sourceRef="{source}" targetRef="{target}">{inside}</sequenceFlow>'
        )
        return self

    def xml(self) -> bytes:
        """The document."""
        process = f'<process id="p" isExecutable="true">{"".join(self.parts)}</process>'
        return f'<definitions {NAMESPACES} id="d" targetNamespace="urn:bench">{self.before}{process}</definitions>'.encode()


def straight(dialect: Dialect) -> bytes:
    """Ten automatic tasks, then an exclusive gateway."""
    tasks = [f"t{n}" for n in range(10)]
    drawing = Drawing(dialect).add("startEvent", "start").add("exclusiveGateway", "choice", default="f_choice_little")
    for task in tasks:
        drawing.add_one(task, "x")
    drawing.add("endEvent", "much").add("endEvent", "little").line("start", *tasks, "choice").line("choice", "little")
    return drawing.when("choice", "much", "x", ">", 5).xml()


def parallel(dialect: Dialect) -> bytes:
    """Ten branches at the same time, then a join."""
    drawing = Drawing(dialect).add("startEvent", "start").add("parallelGateway", "fork").add("parallelGateway", "join")
    drawing.add("endEvent", "end").line("start", "fork").line("join", "end")
    for n in range(10):
        drawing.add_one(f"t{n}", f"x{n}").line("fork", f"t{n}", "join")
    return drawing.xml()


def turns(dialect: Dialect, number: int, *, sequential: bool) -> bytes:
    """A multi-instance of an automatic task."""
    drawing = Drawing(dialect).add("startEvent", "start").add("endEvent", "end").line("start", "t", "end")
    return drawing.add_one("t", "x", drawing.turns(number, sequential=sequential)).xml()


def circle(dialect: Dialect, number: int, *, task: bool = False) -> bytes:
    """A loop as a cycle, with a user task in it where `task` is true."""
    drawing = Drawing(dialect).add("startEvent", "start").add("exclusiveGateway", "again", default="f_again_end")
    drawing.add_one("body", "i").add("endEvent", "end").line("again", "end")
    if task:
        drawing.add("userTask", "u").line("start", "body", "u", "again")
    else:
        drawing.line("start", "body", "again")
    return drawing.when("again", "body", "i", "<", number).xml()


def two_user_tasks(dialect: Dialect) -> bytes:
    """An automatic task, then one person's task after the other's."""
    drawing = Drawing(dialect).add("startEvent", "start").add_one("s", "x").add("userTask", "a", name="A")
    return drawing.add("userTask", "b", name="B").add("endEvent", "end").line("start", "s", "a", "b", "end").xml()


def approval(dialect: Dialect) -> bytes:
    """An automatic task, a person's, and another person's where the first approved: five elements to the second, W2."""
    drawing = Drawing(dialect).add("startEvent", "start").add_one("s1", "x").add("userTask", "u1", name="u1")
    drawing.add("exclusiveGateway", "choice", default="f_choice_refused").add("userTask", "u2", name="u2")
    drawing.add("endEvent", "approved").add("endEvent", "refused").line("start", "s1", "u1", "choice", "refused")
    return drawing.line("u2", "approved").when("choice", "u2", "approved", "=", 1).xml()


def waiting_siblings(number: int) -> bytes:
    """A multi-instance user task."""
    drawing = Drawing("ringi").add("startEvent", "start").add("endEvent", "end").line("start", "u", "end")
    return drawing.add("userTask", "u", drawing.turns(number, sequential=False)).xml()


def many_user_tasks(number: int) -> bytes:
    """User tasks in a row."""
    tasks = [f"u{n}" for n in range(number)]
    drawing = Drawing("ringi").add("startEvent", "start").add("endEvent", "end").line("start", *tasks, "end")
    for task in tasks:
        drawing.add("userTask", task)
    return drawing.xml()
