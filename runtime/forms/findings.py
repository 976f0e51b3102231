"""What can be wrong with a form, collected while it is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from engine.api import CompiledExpression, FeelSyntaxError, Problem, Severity, compile_expression


@dataclass(slots=True)
class Findings:
    """The problems of one form file.

    Codes: FORM-2001 shape, 2002 type, 2003 key, 2004 FEEL, 2005 pattern, 2006 limit; 2007 unused property (a warning).
    """

    resource: str
    problems: list[Problem] = field(default_factory=list)

    def error(
        self,
        code: str,
        message: str,
        *,
        element: str | None = None,
        at: str | None = None,
        fix: str | None = None,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """The form cannot be used like this (or, as a warning, works but not as its author may think)."""
        self.problems.append(
            Problem(code=code, message=message, resource=self.resource, severity=severity, element=element, field=at, fix=fix)
        )

    def feel(self, text: str, element: str, at: str) -> CompiledExpression | None:
        """Compile FEEL (a leading ``=`` is dropped); a syntax error is noted and gives None."""
        source = text.removeprefix("=").strip()
        try:
            return compile_expression(source)
        except FeelSyntaxError as wrong:
            message = f"{at} is not FEEL: {wrong.message} (column {wrong.column})."
            self.error("FORM-2004", message, element=element, at=at, fix=f"Mend the expression {source!r}.")
            return None

    def unknown(self, given: Mapping[str, Any], known: Iterable[str], element: str, where: str = "") -> None:
        """Warn of every property that nothing reads, with the likely one."""
        names = sorted(known)
        for name in sorted(set(given) - set(names)):
            near, at = get_close_matches(name, names, n=1), f"{where}{name}"
            advice = f"Did you mean {near[0]!r}?" if near else "Remove it, or check its name."
            message = f"The property {at} is not used."
            self.error("FORM-2007", message, element=element, at=at, fix=advice, severity=Severity.WARNING)
