"""Lanes: who does the user tasks inside, when these do not say so themselves (BPMN 2.0 §10.8)."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.names import bpmn_children, identifier, kind, label, reference, text_of
from engine.bpmn.reading import Reading
from engine.feel import compile_expression
from engine.model.expression import Expression


def read_lanes(reading: Reading, process: etree._Element, nodes: frozenset[str]) -> dict[str, str]:
    """Node id to the name (or id) of its innermost lane, for the nodes that lanes list. `nodes` are the ids that exist."""
    lanes = _Lanes(reading, nodes)
    for lane_set in process.iter():
        if kind(lane_set) == "laneSet":
            lanes.read(lane_set)
    return lanes.of_node


@dataclass(slots=True)
class _Lanes:
    reading: Reading
    nodes: frozenset[str]
    of_node: dict[str, str] = field(default_factory=dict)

    def read(self, lane_set: etree._Element) -> None:
        """One set of lanes side by side. An inner set is the closer one, so it is read later and wins."""
        seen: set[str] = set()
        for lane in bpmn_children(lane_set, "lane"):
            name = label(lane) or identifier(lane)
            for entry in bpmn_children(lane, "flowNodeRef"):
                node = self._node(entry)
                if node is None:
                    continue
                if node in seen:
                    self.reading.error(Code.IN_TWO_LANES, entry, f"“{node}” is listed twice in the lanes of one pool.")
                seen.add(node)
                self.of_node[node] = name
            for inner in bpmn_children(lane, "childLaneSet"):
                self.read(inner)

    def _node(self, entry: etree._Element) -> str | None:
        text = text_of(entry)
        node = text if text in self.nodes else reference(text)
        if node in self.nodes:
            return node
        self.reading.warn(
            Code.LANE_REFERENCE, entry, f"The lane lists “{text}”, which its process does not have or does not run."
        )
        return None


def group_of_lane(lane: str, line: int) -> Expression:
    """The lane's name as candidate groups. One with a comma is given as a FEEL list, since fixed text is split at commas."""
    if "," not in lane:
        return Expression(text=lane, line=line)
    text = '["' + lane.replace("\\", "\\\\").replace('"', '\\"') + '"]'
    return Expression(text=text, feel=compile_expression(text), line=line)
