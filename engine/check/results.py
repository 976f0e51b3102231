"""Fields of a decision's result that it does not have: `rating.scoer` where the table's columns are score and reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from engine.check.codes import Code
from engine.check.data_flow import Decisions, expressions_of, written_names
from engine.check.findings import near
from engine.check.references import fixed_text
from engine.dmn import DmnFile
from engine.dmn import model as dmn
from engine.feel import syntax
from engine.model.process import Element, ProcessDefinition
from engine.problems import Problem, Severity


def check_results(process: ProcessDefinition, decisions: Decisions) -> Iterator[Problem]:
    """Look at the paths into variables that decisions alone write."""
    known = _fields_of_results(process, decisions)
    for place, name, expression in expressions_of(process) if known else ():
        if expression.feel is None or not expression.feel.names & known.keys():
            continue
        for path in dict.fromkeys(_paths(expression.feel.syntax)):
            variable, wanted = path
            columns = known.get(variable, {wanted})
            if wanted not in columns:
                listed = ", ".join(f"“{column}”" for column in sorted(columns))
                yield Problem(
                    code=Code.FIELD_UNKNOWN,
                    message=f"“{variable}” has no “{wanted}”: its decision gives {listed}.",
                    resource=process.resource,
                    severity=Severity.WARNING,
                    element=place.id,
                    field=name,
                    line=expression.line or place.line or None,
                    fix=near(wanted, columns) or "Use one of the named fields, or add the column to the decision.",
                )


def _fields_of_results(process: ProcessDefinition, decisions: Decisions) -> dict[str, set[str]]:
    """By variable, what the contexts have that decisions write to it; only where all writers are known."""
    found: dict[str, set[str]] = {}
    unknown = {item.name for item in process.data}
    for element in process.elements.values():
        variable, columns = _result(element, decisions)
        if columns:
            found.setdefault(variable, set()).update(columns)
            unknown |= written_names(element) - {variable}
        else:
            unknown |= written_names(element)
    return {variable: columns for variable, columns in found.items() if variable not in unknown}


def _result(element: Element, decisions: Decisions) -> tuple[str, set[str]]:
    called = element.decision
    name = fixed_text(called.decision_id) if called is not None else None
    file = decisions.get(name or "")
    if called is None or name is None or file is None or called.binding == "versionTag" or element.outputs:
        return "", set()
    return called.result_variable, _columns(file, name)


def _columns(file: DmnFile, name: str) -> set[str]:
    """The names of a table with several outputs, or of a context without a result; empty when the result is no context."""
    match file.decisions[name].expression:
        case dmn.DecisionTable(outputs=outputs, aggregation=None) if len(outputs) > 1:
            return {output.name for output in outputs}
        case dmn.BoxedContext(entries=entries):
            names = [entry.name for entry in entries]
            return {entry for entry in names if entry is not None} if None not in names else set()
    return set()


def _paths(node: object) -> Iterator[tuple[str, str]]:
    """The paths of one step into a variable, wherever they stand in an expression."""
    if isinstance(node, syntax.Path) and isinstance(node.source, syntax.Name):
        yield node.source.name, node.name
    if isinstance(node, tuple):
        for part in node:
            yield from _paths(part)
    elif is_dataclass(node):
        for inner in fields(node):
            yield from _paths(getattr(node, inner.name))
