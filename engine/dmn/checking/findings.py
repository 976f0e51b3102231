"""What is told about the expressions of a file: warnings with decision, cell, line and way out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.dmn import model as m
from engine.feel.errors import Code
from engine.feel.static import Finding
from engine.problems import Problem, Severity

MAX_FINDINGS = 100
"""More of them in one file are counted, not listed."""
SHOWN_PLACES = 5
SHOWN_TEXT = 80

_FIX: Mapping[str, str] = {
    Code.NO_VARIABLE: "Correct the name, or draw a requirement to the input or decision that has it.",
    Code.NO_FUNCTION: "Correct the name, or draw a requirement to the knowledge model that has it.",
    Code.NOT_COMPARABLE: "Correct the expression, or the type that is declared for what it is compared with.",
    Code.WRONG_TYPE: "Correct the expression, or the declared type.",
}


class Findings:
    """Gathers the warnings of one file; a text that stands in many cells is told once, with its other places."""

    def __init__(self, file: m.DmnFile) -> None:
        self._file = file
        self._first: dict[Problem, Problem] = {}
        self._places: dict[Problem, list[str]] = {}
        self._more = 0
        self._owners = {
            **{d.variable: f"The decision “{d.name}”" for d in file.decisions.values()},
            **{i.name: f"The input “{i.name}”" for i in file.inputs.values()},
            **{k.name: f"The knowledge model “{k.name}”" for k in file.knowledge.values()},
        }

    def add(self, element: str, literal: m.Literal, finding: Finding, field: str) -> None:
        """Note a finding in a text of an element."""
        shown = literal.text if len(literal.text) <= SHOWN_TEXT else literal.text[:SHOWN_TEXT] + "…"
        message, fix = finding.message, _FIX.get(finding.code, "Correct the expression.")
        if finding.name in self._owners:
            message = f"{self._owners[finding.name]} is used, but not required."
            fix = "Draw the requirement, so that the value is there and everybody sees what is needed."
        self.note(
            Problem(
                code=finding.code,
                message=f"{message} (in “{shown}”)",
                resource=self._file.resource,
                severity=Severity.WARNING,
                element=element,
                field=field,
                line=literal.line + finding.line - 1,
                column=finding.column,
                fix=fix,
            )
        )

    def declared(self, element: str, line: int, field: str, message: str, code: Code = Code.WRONG_TYPE) -> None:
        """Note that a value is never of its declared type, or of the type that its place asks for."""
        self.note(
            Problem(
                code=code,
                message=message,
                resource=self._file.resource,
                severity=Severity.WARNING,
                element=element,
                field=field,
                line=line or None,
                fix=_FIX.get(code, "Correct the expression."),
            )
        )

    def note(self, problem: Problem) -> None:
        """Keep the first of problems that differ in nothing but their place."""
        key = replace(problem, field=None, line=None)
        if key in self._places:
            self._places[key].append(problem.field or "")
        elif len(self._places) < MAX_FINDINGS:
            self._places[key] = []
            self._first[key] = problem
        else:
            self._more += 1

    def problems(self) -> tuple[Problem, ...]:
        """All of them, in the order in which they were found."""
        made = [replace(p, message=p.message + _also(self._places[key])) for key, p in self._first.items()]
        if self._more and made:
            made[-1] = replace(made[-1], message=f"{made[-1].message} There are {self._more} more findings in this file.")
        return tuple(made)


def _also(places: Iterable[str]) -> str:
    """Where else a text stands."""
    fields = [p for p in places if p]
    if not fields:
        return ""
    more = f" and {len(fields) - SHOWN_PLACES} more" if len(fields) > SHOWN_PLACES else ""
    return f" The same stands in {', '.join(fields[:SHOWN_PLACES])}{more}."
