"""Sketches as BPMN files with their diagram interchange (BPMN 2.0 §12), as any modeller opens them."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from lxml import etree

from tests.support.drawing import Box
from tests.support.sketch.layout import Layout, arrange, flow_label
from tests.support.sketch.nodes import Node, attributes_of, formal
from tests.support.sketch.routes import route
from tests.support.sketch.rows import Edge, Sketch

NAMESPACES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
}
MARGIN = 40.0


def bpmn_file(*sketches: Sketch) -> bytes:
    """A file with one process for each sketch, drawn one below the other."""
    top, drawn = MARGIN, []
    for sketch in sketches:
        layout = arrange(sketch, MARGIN, top)
        drawn.append((sketch, layout))
        top += layout.height + 60
    beside = dict.fromkeys(text for sketch in sketches for node in sketch.everything() for text in node.beside)
    names = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    text = "".join(
        (
            f'<bpmn:definitions{names} id="definitions" targetNamespace="http://ringi.example/drawings">',
            *beside,
            *(_process(sketch) for sketch in sketches),
            *(_diagram(number, *one) for number, one in enumerate(drawn)),
            "</bpmn:definitions>",
        )
    )
    root = etree.fromstring(text)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _process(sketch: Sketch) -> str:
    head = attributes_of({"id": sketch.id, "name": sketch.name, "isExecutable": "true"})
    return f"<bpmn:process{head}>{_contents(sketch)}</bpmn:process>"


def _contents(sketch: Sketch) -> str:
    return "".join([*(_node(sketch, node) for node in sketch.nodes.values()), *map(_edge, sketch.edges)])


def _node(sketch: Sketch, node: Node) -> str:
    leaving = [edge for edge in sketch.edges if edge.source == node.id]
    default = [("default", edge.id) for edge in leaving if edge.line.is_default]
    named = {"id": node.id} | ({"name": node.name} if node.name else {})
    extensions = f"<bpmn:extensionElements>{node.extensions}</bpmn:extensionElements>" if node.extensions else ""
    inside = _contents(node.contents) if node.contents is not None else ""
    flows = [edge for edge in sketch.edges if edge.line.kind == "sequenceFlow"]
    listed = "".join(f"<bpmn:incoming>{edge.id}</bpmn:incoming>" for edge in flows if edge.target == node.id)
    listed += "".join(f"<bpmn:outgoing>{edge.id}</bpmn:outgoing>" for edge in flows if edge.source == node.id)
    head = attributes_of(named | dict(node.attributes) | dict(default))
    listed += "".join(_data(edge) for edge in sketch.edges if edge.line.kind.startswith("data") and node.id == _owner(edge))
    # The completion condition of an ad-hoc sub-process stands behind what it holds, all else before.
    first, last = ("", node.inside) if node.tag == "adHocSubProcess" else (node.inside, "")
    return f"{node.before}<bpmn:{node.tag}{head}>{extensions}{listed}{first}{inside}{last}</bpmn:{node.tag}>"


def _owner(edge: Edge) -> str:
    """The activity that a data association belongs to."""
    return edge.source if edge.line.kind == "dataOutputAssociation" else edge.target


def _data(edge: Edge) -> str:
    if edge.line.kind == "dataOutputAssociation":
        ends = f"<bpmn:targetRef>{edge.target}</bpmn:targetRef>{edge.line.inside}"
        return f'<bpmn:dataOutputAssociation id="{edge.id}">{ends}</bpmn:dataOutputAssociation>'
    # The schema wants a target; editors write a property that stands for nothing.
    nothing = f'<bpmn:property id="{edge.id}_target" name="__targetRef_placeholder"/>'
    ends = f"<bpmn:sourceRef>{edge.source}</bpmn:sourceRef><bpmn:targetRef>{edge.id}_target</bpmn:targetRef>"
    return f'{nothing}<bpmn:dataInputAssociation id="{edge.id}">{ends}</bpmn:dataInputAssociation>'


def _edge(edge: Edge) -> str:
    if edge.line.kind.startswith("data"):
        return ""  # it stands in its activity
    ends = {"id": edge.id, "sourceRef": edge.source, "targetRef": edge.target}
    if edge.line.kind == "association":
        return f'<bpmn:association associationDirection="One"{attributes_of(ends)}/>'
    named = {"name": edge.line.name} if edge.line.name else {}
    condition = formal("conditionExpression", edge.line.condition)
    return f"<bpmn:sequenceFlow{attributes_of(ends | named)}>{condition}</bpmn:sequenceFlow>"


def _diagram(number: int, sketch: Sketch, layout: Layout) -> str:
    shapes = "".join(_shapes(sketch, layout))
    return (
        f'<bpmndi:BPMNDiagram id="diagram_{number}"><bpmndi:BPMNPlane id="plane_{number}" bpmnElement={quoteattr(sketch.id)}>'
        f"{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"
    )


def _shapes(sketch: Sketch, layout: Layout) -> Iterator[str]:
    ordered = sorted(sketch.nodes.values(), key=lambda node: node.host is not None)  # what is attached lies on top
    for node in ordered:
        flags = {"isExpanded": "true"} if node.contents is not None else {}
        flags |= {"isMarkerVisible": "true"} if node.tag == "exclusiveGateway" else {}
        head = attributes_of({"id": f"{node.id}_di", "bpmnElement": node.id} | flags)
        yield f"<bpmndi:BPMNShape{head}>{_bounds(layout.boxes[node.id])}{_label(layout.labels.get(node.id))}</bpmndi:BPMNShape>"
        if node.contents is not None:
            yield from _shapes(node.contents, layout.inner[node.id])
    for edge in sketch.edges:
        points = route(sketch, layout, edge)
        way = "".join(f'<di:waypoint x="{x:g}" y="{y:g}"/>' for x, y in points)
        label = _label(flow_label(edge, points)) if edge.line.name else ""
        yield f'<bpmndi:BPMNEdge id="{edge.id}_di" bpmnElement="{edge.id}">{way}{label}</bpmndi:BPMNEdge>'


def _bounds(box: Box) -> str:
    return f'<dc:Bounds x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"/>'


def _label(box: Box | None) -> str:
    return "" if box is None else f"<bpmndi:BPMNLabel>{_bounds(box)}</bpmndi:BPMNLabel>"
