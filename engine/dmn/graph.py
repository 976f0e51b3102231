"""The requirement graph of a file: every reference leads somewhere, and no decision requires itself (DMN 1.5 §6.2.2)."""

from __future__ import annotations

from collections.abc import Iterable

from engine.dmn import model as m
from engine.dmn.codes import DmnCode
from engine.dmn.document import Document, Element
from engine.feel.errors import near


def resolve(file: m.DmnFile, reference: str) -> tuple[m.DmnFile, str, str | None] | None:
    """The file, the id inside it and the name of the import (None for the file itself) that a reference leads to."""
    namespace, mark, own_id = reference.rpartition("#")
    if not mark:
        return file, reference, None
    found = next(((name, f) for name, f in file.imports.items() if f.namespace == namespace), None)
    return (found[1], own_id, found[0]) if found else None


def check_graph(document: Document, file: m.DmnFile) -> None:
    """Note a problem for each reference to nothing and for each circle of requirements."""
    elements = {e.get("id") or e.get("name") or "": e for e in document.dmn_children(document.root)}
    for decision in file.decisions.values():
        _check_requirements(document, elements[decision.id], file, decision.name, decision.requires)
    for model in file.knowledge.values():
        _check_requirements(document, elements[model.id], file, model.name, model.requires)
    for service in file.services.values():
        wanted = ((*service.outputs, *service.input_decisions), service.inputs)
        _check_references(document, elements[service.id], file, service.name, "decision", wanted[0])
        _check_references(document, elements[service.id], file, service.name, "input data", wanted[1])
    _check_circles(document, elements, file)


def _check_requirements(document: Document, element: Element, file: m.DmnFile, name: str, needed: m.Requirements) -> None:
    _check_references(document, element, file, name, "decision", needed.decisions)
    _check_references(document, element, file, name, "input data", needed.inputs)
    _check_references(document, element, file, name, "knowledge", needed.knowledge)


def _check_references(  # noqa: PLR0917 - where, who, what
    document: Document, element: Element, file: m.DmnFile, name: str, what: str, references: Iterable[str]
) -> None:
    for reference in references:
        found = resolve(file, reference)
        known = _ids(found[0], what) if found else set()
        if found is None or found[1] not in known:
            document.problem(
                DmnCode.UNKNOWN_REFERENCE,
                element,
                f"“{name}” requires the {what} “{reference}”, which is not there.{near(reference, known)}",
                "Draw the requirement again, or add what is missing.",
                field="href",
            )


def _ids(file: m.DmnFile, what: str) -> set[str]:
    if what == "decision":
        return {*file.decisions}
    return {*file.inputs} if what == "input data" else {*file.knowledge, *file.services}


def _check_circles(document: Document, elements: dict[str, Element], file: m.DmnFile) -> None:
    done: set[str] = set()
    for start in file.decisions:
        path: list[str] = []
        pending: list[tuple[str, bool]] = [(start, False)]
        while pending:
            current, leaving = pending.pop()
            if leaving:
                done.add(path.pop())
            elif current in path:
                _circle(document, elements, file, [*path[path.index(current) :], current])
            elif current not in done and current in file.decisions:
                path.append(current)
                pending.append((current, True))
                pending.extend((r, False) for r in file.decisions[current].requires.decisions)


def _circle(document: Document, elements: dict[str, Element], file: m.DmnFile, path: list[str]) -> None:
    names = " → ".join(file.decisions[d].name for d in path)
    document.problem(
        DmnCode.CIRCULAR,
        elements[path[0]],
        f"Decisions require each other in a circle: {names}.",
        "Remove one of the requirements.",
    )
