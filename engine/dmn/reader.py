"""From DMN XML to decisions (DMN 1.1–1.5): everything of the model is read, or refused with element, line and way out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from lxml import etree

from engine.dmn import model as m
from engine.dmn.codes import CODES, DmnCode
from engine.dmn.document import NAMESPACES, Document, Element, tag_of
from engine.dmn.expressions import KINDS, META, BoxReader, read_function
from engine.dmn.graph import check_graph
from engine.dmn.item_types import read_item_types
from engine.feel.syntax import ContextType, TypeNode
from engine.problems import Problem, Severity
from engine.xml import parse_xml

_TOP = (
    "import",
    "itemDefinition",
    "decision",
    "inputData",
    "businessKnowledgeModel",
    "decisionService",
    "knowledgeSource",
    "elementCollection",
    "performanceIndicator",
    "organizationUnit",
    "textAnnotation",
    "association",
    "group",
    "artifact",
    "DMNDI",
    *META,
)
_NAMED = (
    "variable",
    "itemComponent",
    "inputData",
    "decision",
    "businessKnowledgeModel",
    "decisionService",
    "column",
)
_IN_DECISION = (
    "variable",
    "question",
    "allowedAnswers",
    "informationRequirement",
    "knowledgeRequirement",
    "authorityRequirement",
    "supportedObjective",
    "impactedPerformanceIndicator",
    "decisionMaker",
    "decisionOwner",
    "usingProcess",
    "usingTask",
    *KINDS,
    *META,
)


Imports = Mapping[str, "m.DmnFile | DmnCode"]
"""What a file may import by namespace: the file, or why it cannot be imported."""

_REFUSALS = {
    DmnCode.CIRCULAR_IMPORT: "This file and the one with the namespace “{}” import each other in a circle.",
    DmnCode.AMBIGUOUS_IMPORT: "Several files have the namespace “{}” that is imported here.",
}


def read_dmn(xml: bytes, resource: str, imported: Imports | None = None) -> m.DmnFile:
    """Read one DMN file. What is wrong with it stands in `problems`; bad input never raises.

    `imported` are the files that it may import, by their namespace.
    """
    root = parse_xml(xml, resource)
    if isinstance(root, Problem):
        return m.DmnFile(id="", name="", namespace="", resource=resource, problems=(root,))
    return read_root(root, resource, imported or {})


def imports_of(root: Element) -> list[str]:
    """The namespaces of the DMN files that a file imports."""
    document = Document(root, "")
    found = document.children(root, "import")
    return [e.get("namespace") or "" for e in found if (e.get("importType") or "") in NAMESPACES]


def read_root(root: Element, resource: str, imported: Imports) -> m.DmnFile:
    """As `read_dmn`, of a document that has been parsed."""
    document = Document(root, resource)
    tag = tag_of(root)
    if tag.name != "definitions" or tag.namespace not in NAMESPACES:
        document.problem(
            DmnCode.NOT_DMN,
            root,
            f"The file's first element is “{tag.name}” of “{tag.namespace}”, which is no DMN.",
            "Export the model as DMN 1.1 to 1.5 XML.",
        )
        return m.DmnFile(id="", name="", namespace="", resource=resource, problems=tuple(document.problems))
    return _Reader(document, imported).read()


T = TypeVar("T")


class _Reader:
    def __init__(self, document: Document, imported: Imports) -> None:
        self.document = document
        self.imports = self._imports(imported)
        names = tuple({n for n in _names(document.root) if n} | set(_imported_names(self.imports)))
        self.types = read_item_types(document, self.imports, names)
        self.boxes = BoxReader(document, names, self.types)

    def read(self) -> m.DmnFile:
        document, root = self.document, self.document.root
        document.refuse_others(root, _TOP)
        file = m.DmnFile(
            id=root.get("id") or "",
            name=root.get("name") or root.get("id") or "",
            namespace=root.get("namespace") or "",
            resource=document.resource,
            decisions=self._by_id("decision", self._decision),
            inputs=self._by_id("inputData", self._input_data),
            knowledge=self._by_id("businessKnowledgeModel", self._knowledge),
            services=self._by_id("decisionService", self._service),
            types=self.types,
            imports=self.imports,
        )
        check_graph(document, file)
        return replace(file, problems=tuple(document.problems))

    def _by_id(self, name: str, read: Callable[[Element, str, str], T]) -> dict[str, T]:
        """All elements of one kind; one without id, or with an id that another has, is a problem."""
        made: dict[str, T] = {}
        for element in self.document.children(self.document.root, name):
            own_name = self.document.required(element, "name")
            own_id = element.get("id") or own_name  # ids are optional in DMN; then nothing can refer to the element
            if own_id in made:
                self.document.problem(
                    DmnCode.DUPLICATE_ID,
                    element,
                    f"The id “{own_id}” is given twice.",
                    "Give each element an id of its own.",
                    field="id",
                )
            made[own_id] = read(element, own_id, own_name)
        return made

    def _variable(self, element: Element, name: str) -> tuple[str, TypeNode | None]:
        variable = self.document.child(element, "variable")
        if variable is None:
            return name, None
        return (variable.get("name") or name).strip(), self.boxes.type_ref(variable)

    def _decision(self, element: Element, own_id: str, name: str) -> m.Decision:
        self.document.refuse_others(element, _IN_DECISION)
        variable, declared = self._variable(element, name)
        # A decision without logic documents a decision of people; evaluated, it is null (§6.3.7).
        expression = self.boxes.expression_in(element, severity=Severity.WARNING)
        return m.Decision(
            id=own_id,
            name=name,
            variable=variable,
            line=element.sourceline or 0,
            expression=expression,
            requires=self._requirements(element),
            type=declared,
            version_tag=self._version_tag(element),
        )

    def _version_tag(self, element: Element) -> str | None:
        """What modellers of the `zeebe:` dialect write into a decision, for tasks that are bound to a version by its tag."""
        extensions = self.document.child(element, "extensionElements")
        for given in extensions if extensions is not None else ():
            if given.tag == "{http://camunda.org/schema/zeebe/1.0}versionTag":
                return (given.get("value") or "").strip() or None
        return None

    def _input_data(self, element: Element, own_id: str, name: str) -> m.InputData:
        variable, declared = self._variable(element, name)
        return m.InputData(id=own_id, name=variable, type=declared)

    def _knowledge(self, element: Element, own_id: str, name: str) -> m.KnowledgeModel:
        logic = self.document.child(element, "encapsulatedLogic")
        if logic is None:
            self.document.problem(
                DmnCode.NO_EXPRESSION,
                element,
                f"The knowledge model “{name}” has no logic.",
                "Add an expression with its parameters.",
            )
        variable, declared = self._variable(element, name)
        function = read_function(self.boxes, logic) if logic is not None else m.BoxedFunction(parameters=(), body=None)
        return m.KnowledgeModel(
            id=own_id,
            name=variable,
            line=element.sourceline or 0,
            function=function,
            requires=self._requirements(element),
            type=declared,
        )

    def _service(self, element: Element, own_id: str, name: str) -> m.DecisionService:
        variable, declared = self._variable(element, name)
        return m.DecisionService(
            id=own_id,
            name=variable,
            line=element.sourceline or 0,
            outputs=self._references(element, "outputDecision"),
            input_decisions=self._references(element, "inputDecision"),
            inputs=self._references(element, "inputData"),
            type=declared,
        )

    def _requirements(self, element: Element) -> m.Requirements:
        return m.Requirements(
            decisions=self._references(element, "requiredDecision", inside="informationRequirement"),
            inputs=self._references(element, "requiredInput", inside="informationRequirement"),
            knowledge=self._references(element, "requiredKnowledge", inside="knowledgeRequirement"),
        )

    def _references(self, element: Element, name: str, *, inside: str | None = None) -> tuple[str, ...]:
        holders = self.document.children(element, inside) if inside else [element]
        found = [r for h in holders for r in self.document.children(h, name)]
        return tuple(self._local(self.document.required(r, "href")) for r in found)

    def _local(self, href: str) -> str:
        """`#id` and `own namespace#id` as `id`; a reference to an imported file stays whole."""
        namespace, _, own_id = href.rpartition("#")
        return own_id if namespace in ("", self.document.root.get("namespace")) else href

    def _imports(self, imported: Imports) -> dict[str, m.DmnFile]:
        made: dict[str, m.DmnFile] = {}
        for element in self.document.children(self.document.root, "import"):
            namespace = element.get("namespace") or ""
            found = imported.get(namespace)
            if (element.get("importType") or "") not in NAMESPACES:
                self._refuse_import(element, DmnCode.UNKNOWN_IMPORT, "Only DMN models can be imported.")
            elif found is None:
                told = f"No file has the namespace “{namespace}” that is imported here."
                self._refuse_import(element, DmnCode.UNKNOWN_IMPORT, told)
            elif isinstance(found, DmnCode):
                self._refuse_import(element, found, _REFUSALS[found].format(namespace))
            else:
                made[self.document.required(element, "name")] = found
        return made

    def _refuse_import(self, element: Element, code: DmnCode, message: str) -> None:
        self.document.problem(code, element, message, CODES[code][1], field="namespace")


def _names(root: Element) -> Iterable[str]:
    for element in root.iter(etree.Element):
        if tag_of(element).name in _NAMED:
            yield (element.get("name") or "").strip()
        if element.get("iteratorVariable"):
            yield (element.get("iteratorVariable") or "").strip()


def _imported_names(imports: Mapping[str, m.DmnFile]) -> Iterable[str]:
    for prefix, file in imports.items():
        yield prefix
        yield from (d.variable for d in file.decisions.values())
        yield from (i.name for i in file.inputs.values())
        yield from (k.name for k in file.knowledge.values())
        yield from (s.name for s in file.services.values())
        yield from (name for node in file.types.values() if isinstance(node, ContextType) for name, _ in node.entries)
