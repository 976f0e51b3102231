"""Item definitions as FEEL types, with their allowed values (DMN 1.5 §7.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from engine.dmn import model as m
from engine.dmn.document import Document, Element
from engine.dmn.expressions import META, BoxReader
from engine.feel.run import Run
from engine.feel.syntax import (
    ConstrainedType,
    ContextType,
    FunctionType,
    ListType,
    NamedType,
    TypeNode,
    UnaryTests,
)
from engine.feel.types import ANY
from engine.feel.values import Value


def read_item_types(document: Document, imported: Mapping[str, m.DmnFile], names: tuple[str, ...]) -> dict[str, TypeNode]:
    """The types of the file by name, those of imported files as `import.type`."""
    types: dict[str, TypeNode] = {}
    for prefix, file in imported.items():
        for name, node in file.types.items():
            types[f"{prefix}.{name}"] = prefixed(node, prefix, file.types)
    definitions = document.children(document.root, "itemDefinition")
    # The names first: definitions may refer to later ones.
    types.update({document.required(d, "name"): ANY for d in definitions})
    reader = BoxReader(document, names, types)
    for definition in definitions:
        types[definition.get("name") or ""] = _item_type(reader, definition)
    return types


def _item_type(reader: BoxReader, element: Element) -> TypeNode:
    document = reader.document
    document.refuse_others(element, ("typeRef", "itemComponent", "allowedValues", "typeConstraint", "functionItem", *META))
    components = document.children(element, "itemComponent")
    function = document.child(element, "functionItem")
    base: TypeNode
    if components:
        base = ContextType(tuple((document.required(c, "name"), _item_type(reader, c)) for c in components))
    elif function is not None:
        base = _function_type(reader, function)
    else:
        base = reader.type_ref(element) or ANY
    base = _constrained(reader, element, "allowedValues", base)
    if (element.get("isCollection") or "").strip().lower() in ("true", "1"):
        base = ListType(base)
    return _constrained(reader, element, "typeConstraint", base)


def _function_type(reader: BoxReader, element: Element) -> FunctionType:
    parameters = tuple(reader.type_ref(p) or ANY for p in reader.document.children(element, "parameters"))
    output = (element.get("outputTypeRef") or "").strip()
    result = NamedType(output) if output in reader.types else ANY
    return FunctionType(parameters, result)


def _constrained(reader: BoxReader, element: Element, constraint: str, base: TypeNode) -> TypeNode:
    found = reader.document.child(element, constraint)
    if found is None or not reader.document.text(found):
        return base
    tests = reader.literal(found, constraint, tests=True)
    return ConstrainedType(base, _allows(tests), syntax_of(tests))


def _allows(tests: m.Literal) -> Callable[[Value, Run], bool]:
    feel = tests.feel

    def allows(value: Value, run: Run) -> bool:
        return feel is None or feel.run({"?": value}, run) is True

    return allows


def syntax_of(tests: m.Literal) -> UnaryTests | None:
    """The tests as a tree; None when they could not be read."""
    return tests.feel.syntax if tests.feel is not None and isinstance(tests.feel.syntax, UnaryTests) else None


def prefixed(node: TypeNode, prefix: str, own: Mapping[str, TypeNode]) -> TypeNode:
    """An imported type as the importing file names it."""
    match node:
        case NamedType(name):
            return NamedType(f"{prefix}.{name}") if name in own else node
        case ListType(item):
            return ListType(prefixed(item, prefix, own))
        case ContextType(entries):
            return ContextType(tuple((key, prefixed(inner, prefix, own)) for key, inner in entries))
        case ConstrainedType(base, allows, tests):
            return ConstrainedType(prefixed(base, prefix, own), allows, tests)
        case _:
            return node
