"""Reading boxed expressions other than tables (DMN 1.5 §10.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.dmn import model as m
from engine.dmn.codes import DmnCode
from engine.dmn.document import Document, Element, tag_of
from engine.feel import FeelSyntaxError, compile_expression, compile_unary_tests
from engine.feel.syntax import NamedType, TypeNode
from engine.feel.types import SIMPLE
from engine.problems import Severity

MAX_DEPTH = 40
"""Boxed expressions inside each other."""

FEEL_LANGUAGES = ("feel", "/feel/", "/feel")
META = ("description", "extensionElements", "label")
KINDS = (
    "literalExpression",
    "decisionTable",
    "context",
    "list",
    "relation",
    "functionDefinition",
    "invocation",
    "conditional",
    "filter",
    "for",
    "some",
    "every",
)


class BoxReader:
    """Reads the expressions of one document; `names` are all names of the file, `types` its item definitions."""

    def __init__(self, document: Document, names: tuple[str, ...], types: Mapping[str, TypeNode]) -> None:
        self.document, self.names, self.types = document, names, types
        self._depth = 0

    def expression_in(self, element: Element, field: str = "expression", severity: Severity = Severity.ERROR) -> m.Boxed | None:
        """The one expression among the children of an element; None and a problem when there is none."""
        found = self.document.child(element, *KINDS)
        if found is None:
            self.document.problem(
                DmnCode.NO_EXPRESSION,
                element,
                f"The {tag_of(element).name} has no expression.",
                "Add a decision table, a literal expression or another boxed expression.",
                field=field,
                severity=severity,
            )
            return None
        return self.boxed(found)

    def boxed(self, element: Element) -> m.Boxed | None:
        """The expression that the element is."""
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                self.document.problem(
                    DmnCode.NESTED_TOO_DEEP,
                    element,
                    f"Expressions are nested more than {MAX_DEPTH} deep.",
                    "Move inner parts to decisions of their own.",
                )
                return None
            return _READERS[tag_of(element).name](self, element)
        finally:
            self._depth -= 1

    def literal(self, element: Element, field: str, *, tests: bool = False, attribute: str | None = None) -> m.Literal:
        """The FEEL text of an element's `text` child, or of one of its attributes, compiled."""
        text = (element.get(attribute) or "").strip() if attribute else self.document.text(element)
        holder = self.document.child(element, "text")
        line = (holder if holder is not None else element).sourceline or 0
        self._check_language(element, field)
        return self.compiled(text, element, field, line, tests=tests)

    def compiled(self, text: str, element: Element, field: str, line: int, *, tests: bool = False) -> m.Literal:
        """Compile a text that begins on a line of the file; what is wrong with it becomes a problem."""
        feel = None
        try:
            feel = (compile_unary_tests if tests else compile_expression)(text, self.names, self.types)
        except FeelSyntaxError as error:
            self.document.problem(
                error.code,
                element,
                f"{error.message} (in “{text[:80]}”)",
                "Correct the expression.",
                field=field,
                line=line + error.line - 1,
                column=error.column,
            )
        return m.Literal(text=text, feel=feel, line=line, type=self.type_ref(element))

    def _check_language(self, element: Element, field: str) -> None:
        language = (element.get("expressionLanguage") or "").strip()
        if language and not language.lower().endswith(FEEL_LANGUAGES):
            self.document.problem(
                DmnCode.OTHER_LANGUAGE,
                element,
                f"The expression is in “{language}”; only FEEL is run.",
                "Write it in FEEL and remove the attribute expressionLanguage.",
                field=field,
            )

    def type_ref(self, element: Element | None) -> TypeNode | None:
        """The declared type, from the attribute or (DMN 1.1) the child element; None when undeclared or Any."""
        if element is None:
            return None
        name = (element.get("typeRef") or self.document.text(element, "typeRef")).strip()
        prefix, colon, local = name.partition(":")
        if colon and prefix in element.nsmap:
            name = local
        if name in ("", "Any", "<Undefined>"):
            return None
        if name in SIMPLE or name in self.types:
            return NamedType(name)
        self.document.problem(
            DmnCode.UNKNOWN_TYPE,
            element,
            f"There is no type “{name}”.",
            "Choose a FEEL type, or an item definition of this file.",
            field="typeRef",
        )
        return None


def _literal(reader: BoxReader, element: Element) -> m.Boxed:
    return reader.literal(element, "expression")


def _table(reader: BoxReader, element: Element) -> m.Boxed:
    from engine.dmn.tables import read_table  # tables are boxed expressions that hold others

    return read_table(reader, element)


def _context(reader: BoxReader, element: Element) -> m.Boxed:
    document = reader.document
    entries: list[m.ContextEntry] = []
    for entry in document.children(element, "contextEntry"):
        variable = document.child(entry, "variable")
        value = reader.expression_in(entry)
        if value is not None:
            name = document.required(variable, "name") if variable is not None else None
            entries.append(m.ContextEntry(name=name, value=value, type=reader.type_ref(variable)))
    return m.BoxedContext(entries=tuple(entries), type=reader.type_ref(element))


def _all(reader: BoxReader, elements: list[Element]) -> tuple[m.Boxed, ...]:
    return tuple(b for e in elements if (b := reader.boxed(e)) is not None)


def _list(reader: BoxReader, element: Element) -> m.Boxed:
    return m.BoxedList(items=_all(reader, reader.document.children(element, *KINDS)), type=reader.type_ref(element))


def _relation(reader: BoxReader, element: Element) -> m.Boxed:
    document = reader.document
    columns = tuple(document.required(c, "name") for c in document.children(element, "column"))
    rows = []
    for row in document.children(element, "row"):
        cells = _all(reader, document.children(row, *KINDS))
        rows.append(cells)
        if len(cells) != len(columns):
            document.problem(
                DmnCode.WRONG_CELL_COUNT,
                row,
                f"The row has {len(cells)} cells, the relation {len(columns)} columns.",
                "Give each row one cell for each column.",
            )
    return m.Relation(columns=columns, rows=tuple(rows), type=reader.type_ref(element))


def read_function(reader: BoxReader, element: Element) -> m.BoxedFunction:
    """A function definition or the encapsulated logic of a knowledge model."""
    document = reader.document
    kind = (element.get("kind") or "FEEL").upper()
    if kind != "FEEL":
        document.problem(
            DmnCode.OTHER_LANGUAGE,
            element,
            f"The function is of kind {kind}; only FEEL is run.",
            "Write the function in FEEL: nothing outside a decision can be called.",
            field="kind",
        )
    parameters = tuple(
        m.BoxedParameter(name=document.required(p, "name"), type=reader.type_ref(p))
        for p in document.children(element, "formalParameter")
    )
    outside, reader.names = reader.names, (*reader.names, *(p.name for p in parameters))
    body = reader.expression_in(element)
    reader.names = outside
    return m.BoxedFunction(parameters=parameters, body=body, type=reader.type_ref(element))


def _invocation(reader: BoxReader, element: Element) -> m.Boxed | None:
    document = reader.document
    function = reader.expression_in(element, "called function")
    bindings: list[tuple[str, m.Boxed]] = []
    for binding in document.children(element, "binding"):
        parameter, value = document.child(binding, "parameter"), reader.expression_in(binding)
        name = document.required(parameter if parameter is not None else binding, "name")
        if value is not None:
            bindings.append((name, value))
    if function is None:
        return None
    return m.Invocation(function=function, bindings=tuple(bindings), type=reader.type_ref(element))


def _parts(reader: BoxReader, element: Element, *names: str) -> list[m.Boxed] | None:
    """The expressions in child elements of these names, which must all be there."""
    parts: list[m.Boxed] = []
    for name in names:
        holder = reader.document.child(element, name)
        part = reader.expression_in(element if holder is None else holder, name)
        if part is None:
            return None
        parts.append(part)
    return parts


def _conditional(reader: BoxReader, element: Element) -> m.Boxed | None:
    parts = _parts(reader, element, "if", "then", "else")
    return (
        parts and m.Conditional(condition=parts[0], then=parts[1], otherwise=parts[2], type=reader.type_ref(element))
    ) or None


def _filter(reader: BoxReader, element: Element) -> m.Boxed | None:
    parts = _parts(reader, element, "in", "match")
    return (parts and m.BoxedFilter(source=parts[0], match=parts[1], type=reader.type_ref(element))) or None


def _loop(reader: BoxReader, element: Element) -> m.Boxed | None:
    kind = tag_of(element).name
    variable = reader.document.required(element, "iteratorVariable")
    parts = _parts(reader, element, "in", "return" if kind == "for" else "satisfies")
    if parts is None:
        return None
    return m.BoxedLoop(kind=kind, variable=variable, source=parts[0], body=parts[1], type=reader.type_ref(element))


_READERS: dict[str, Callable[[BoxReader, Element], m.Boxed | None]] = {
    "literalExpression": _literal,
    "decisionTable": _table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "functionDefinition": read_function,
    "invocation": _invocation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _loop,
    "some": _loop,
    "every": _loop,
}
