"""All data of one flow node or process, for the model (BPMN 2.0 §10.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lxml import etree

from engine.bpmn.associations import read_inputs, read_outputs, target
from engine.bpmn.data import Data
from engine.bpmn.io_specification import read_io
from engine.bpmn.loop_data import LoopData, read_loop_data
from engine.bpmn.names import bpmn_children
from engine.model.data import InputOutput
from engine.model.process import VariableMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeData:
    """The mappings that the data associations of a node are, what it takes and gives, and the data of its loop."""

    inputs: tuple[VariableMapping, ...]
    outputs: tuple[VariableMapping, ...]
    io: InputOutput | None
    loop: LoopData | None


def read_node_data(data: Data, node: etree._Element, scopes: Sequence[str]) -> NodeData:
    """Read the data of a node; `scopes` are its own id and those of the scopes around it, the process last."""
    inputs, outputs = read_inputs(data, node, scopes), read_outputs(data, node, scopes)
    # A broken association was told, so what it leads to is not said to lack one as well.
    goals = (data.find(target(association)) for association in bpmn_children(node, "dataInputAssociation"))
    connected = {goal.variable for goal in goals if goal is not None}
    connected |= {name for mapping in outputs if mapping.source.feel is not None for name in mapping.source.feel.names}
    io = read_io(data, node, connected)
    loop = read_loop_data(data, node, scopes, inputs, outputs)
    if loop is not None:
        inputs, outputs = loop.inputs, loop.outputs
        io = None if io is None else _without(io, loop.consumed)
    return NodeData(inputs=inputs, outputs=outputs, io=io, loop=loop)


def _without(io: InputOutput, names: frozenset[str]) -> InputOutput:
    """What a turn of the loop has to have: not the collections of the whole loop."""
    inputs, outputs = (
        tuple(tuple(name for name in one if name not in names) for one in sets)
        for sets in (io.required_inputs, io.required_outputs)
    )
    return replace(io, required_inputs=inputs if all(inputs) else (), required_outputs=outputs if all(outputs) else ())
