"""What is wrong with a file, told so that an analyst can mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stops the deployment; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One finding about one place of one resource.

    `code` is stable and never reused (``BPMN-…``, ``FEEL-…``, ``DMN-…``, ``FORM-…``, ``PKG-…``, ``REC-…``);
    `line` and `column` count from 1 in the file as it was given; `fix` says the way out.
    """

    code: str
    message: str
    resource: str
    severity: Severity = Severity.ERROR
    element: str | None = None
    field: str | None = None
    line: int | None = None
    column: int | None = None
    fix: str | None = None

    def __str__(self) -> str:
        place = f"{self.resource}:{self.line}" if self.line else self.resource
        subject = f" [{self.element}]" if self.element else ""
        advice = f" {self.fix}" if self.fix else ""
        return f"{place}: {self.severity} {self.code}{subject}: {self.message}{advice}"
