"""The pictures of the manual, one for each element of the table and for each example: `python -m tests.manual.pictures`.

A picture is called after the row of the element table, with ``-`` for ``:``; ``-beside`` is added where nothing is interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from engine.kernel import BEHAVIOURS
from tests.conformance import probes
from tests.manual.examples import EXAMPLES
from tests.support.picture.drawn import svg
from tests.support.sketch import nodes
from tests.support.sketch.file import bpmn_file
from tests.support.sketch.nodes import Node, Trigger
from tests.support.sketch.rows import Sketch

FOLDER: Final = Path(__file__).parents[2] / "docs/elements"
NOT_DRAWN: Final = ("process", "unknown")
"""Rows of the element table that nobody draws."""
_MARKED: Final = {"multiInstance": nodes.each(times="3"), "standardLoop": nodes.repeat("=again")}
_VARIANTS: Final = {
    "multiInstance-sequential": nodes.task("task", "n", inside=nodes.each(times="3", sequential=True)),
    "compensation": nodes.task("task", "n", isForCompensation="true"),
    "receiveTask-begins": nodes.task("receiveTask", "n", instantiate="true"),
    "eventBasedGateway-begins": nodes.event_based("n", instantiate="true"),
    "eventSubProcess": nodes.task("subProcess", "n", triggeredByEvent="true"),
}


def pictures() -> Iterator[tuple[str, str]]:
    """Name of the file and its content, for all symbols and examples."""
    for key in BEHAVIOURS:
        if key not in NOT_DRAWN:
            yield from _of_row(key)
    for name, node in _VARIANTS.items():
        yield f"{name}.svg", _symbol(node)
    for sketches in EXAMPLES:
        name, drawn = sketches[0].id, bpmn_file(*sketches)
        yield f"{name}.bpmn", drawn.decode()
        yield f"{name}.svg", svg(drawn, sketches[0].name)


def _of_row(key: str) -> Iterator[tuple[str, str]]:
    tag, _, trigger = key.partition(":")
    name = key.replace(":", "-")
    if not tag.endswith("Event"):
        yield f"{name}.svg", _symbol(nodes.task("task", "n", inside=_MARKED[key]) if key in _MARKED else nodes.task(tag, "n"))
        return
    for one in (
        (trigger, "parallelMultiple") if trigger == "multiple" and "Throw" not in tag and tag != "endEvent" else (trigger,)
    ):
        yield f"{name.replace('multiple', one)}.svg", _symbol(_event(tag, one))
        beside = {"startEvent": probes.EVENT_START_BESIDE, "boundaryEvent": probes.BOUNDARY_BESIDE}.get(tag)
        if beside in probes.STANDARD[one]:
            yield f"{name.replace('multiple', one)}-beside.svg", _symbol(_event(tag, one, beside=True))


def _event(tag: str, trigger: str, *, beside: bool = False) -> Node:
    several = trigger in ("multiple", "parallelMultiple")
    kinds = ("message", "signal") if several else (trigger,) if trigger else ()
    node = nodes.event(tag, "n", "", *(Trigger(xml=f"<bpmn:{kind}EventDefinition/>") for kind in kinds))
    flags = {"parallelMultiple": "true"} if trigger == "parallelMultiple" else {}
    if beside:
        flags["isInterrupting" if tag == "startEvent" else "cancelActivity"] = "false"
    return replace(node, attributes=flags, host="host" if tag == "boundaryEvent" else None)


def _symbol(node: Node) -> str:
    sketch = Sketch("symbol", "").row(nodes.task("task", "host")) if node.host else Sketch("symbol", "")
    return svg(bpmn_file(sketch.row(node)))


def write() -> None:
    """Write all, and delete what is no picture any more."""
    wanted = dict(pictures())
    for file in FOLDER.iterdir():
        if file.suffix in (".svg", ".bpmn") and file.name not in wanted:
            file.unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_text(content, encoding="utf-8")


if __name__ == "__main__":
    write()
