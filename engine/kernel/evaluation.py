"""Values of expressions, typed for their use. A failed expression is a `Failure` with the reason, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.feel import FeelError, Value, YearMonthDuration
from engine.kernel import scopes
from engine.kernel.codes import Code, Failure
from engine.kernel.state import ElementInstance
from engine.kernel.storable import why_not_storable
from engine.kernel.timers.instant import at_midnight, read_instant
from engine.model.expression import Expression

if TYPE_CHECKING:
    from dataclasses import dataclass as fact

    from engine.kernel.step import Step
else:
    from engine.kernel.fact import fact

Scope = Mapping[str, Value]

_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "a boolean"),
    (Decimal, "a number"),
    (str, "a text"),
    (datetime, "a date and time"),
    (date, "a date"),
    (time, "a time"),
    (timedelta, "a days and time duration"),
    (YearMonthDuration, "a years and months duration"),
    (list, "a list"),
    (dict, "a context"),
)


def at(step: Step, instance: ElementInstance, code: Code) -> Evaluator:
    """Evaluates what an expression at the element instance says."""
    return Evaluator(scopes.visible(step, instance), step.now, code)


@fact(frozen=True, slots=True)
class Evaluator:
    """Evaluates expressions in `scope`; `code` is that of its failures. `what` begins the sentence of a failure."""

    scope: Scope
    now: datetime
    code: Code

    def value(self, expression: Expression, what: str) -> Value | Failure:
        """The value of the expression, which can be stored; a fixed text is itself. Null is a value."""
        if expression.feel is None:
            return expression.text
        try:
            found = expression.feel.value(self.scope, self.now)
        except FeelError as error:
            return Failure(self.code, f"{what} `={expression.text}` cannot be evaluated: {error.message} ({error.code})")
        reason = why_not_storable(found)
        return found if reason is None else Failure(self.code, f"{what} `={expression.text}` gave no value to keep: {reason}.")

    def boolean(self, expression: Expression, what: str) -> bool | Failure:
        """True or false; a fixed text must be one of the words. Null is a mistake to show, not a no."""
        found = self.value(expression, what)
        if found is True or found is False or isinstance(found, Failure):
            return found
        if expression.is_fixed and found in ("true", "false"):
            return bool(found == "true")
        return self.unexpected(expression, what, "true or false", found)

    def text(self, expression: Expression, what: str) -> str | Failure:
        """A text that is not empty."""
        found = self.value(expression, what)
        if isinstance(found, Failure) or (isinstance(found, str) and found):
            return found
        return self.unexpected(expression, what, "a text that is not empty", found)

    def optional_text(self, expression: Expression, what: str) -> str | Failure | None:
        """A text, or None where the value is null or empty."""
        found = self.value(expression, what)
        if found is None or found == "":
            return None
        if isinstance(found, (str, Failure)):
            return found
        return self.unexpected(expression, what, "a text", found)

    def key_text(self, expression: Expression, what: str) -> str | Failure:
        """A correlation key: a text that is not empty, or a number as its shortest text (`1.50` and `1.5` are the same key)."""
        found = self.value(expression, what)
        if isinstance(found, Decimal):
            return f"{found.normalize():f}"
        if isinstance(found, Failure) or (isinstance(found, str) and found):
            return found
        return self.unexpected(expression, what, "a text that is not empty, or a number", found)

    def texts(self, expression: Expression, what: str) -> tuple[str, ...] | Failure:
        """Several texts: a list, or one text with commas; none where the value is null."""
        found = self.value(expression, what)
        if found is None or isinstance(found, Failure):
            return () if found is None else found
        parts = found.split(",") if isinstance(found, str) else found
        if isinstance(parts, list) and all(isinstance(part, str) for part in parts):
            return tuple(part.strip() for part in parts if part.strip())
        return self.unexpected(expression, what, "a list of texts", found)

    def whole_number(self, expression: Expression, what: str) -> int | Failure:
        """A whole number, at least 0."""
        found = self.value(expression, what)
        if isinstance(found, Failure):
            return found
        if isinstance(found, str) and expression.is_fixed and found.strip().isdecimal() and len(found) <= 12:
            return int(found)
        if isinstance(found, Decimal) and 0 <= found <= 10**12 and found == found.to_integral_value():
            return int(found)
        return self.unexpected(expression, what, "a whole number, at least 0", found)

    def optional_moment(self, expression: Expression, what: str) -> datetime | Failure | None:
        """A date and time; a date is its midnight, and the zone of the clock holds where none is named.

        None where null or empty.
        """
        found = self.value(expression, what)
        zone = self.now.tzinfo
        assert zone is not None, "the kernel's clock has a zone"
        if found is None or found == "" or isinstance(found, Failure):
            return found or None
        if isinstance(found, datetime):
            return found if found.tzinfo else found.replace(tzinfo=zone)
        if isinstance(found, date):
            return at_midnight(found, zone)
        moment = read_instant(found, zone) if isinstance(found, str) else None
        return moment or self.unexpected(expression, what, "a date and time such as 2026-01-31T17:00:00Z", found)

    def unexpected(self, expression: Expression, what: str, expected: str, found: Value) -> Failure:
        """The sentence for a value of the wrong type, with what FEEL has to say about it."""
        if expression.feel is None:
            return Failure(self.code, f"{what} must be {expected}, but it is the text {expression.text!r}.")
        warnings = expression.feel.evaluate(self.scope, now=self.now).warnings
        hints = "".join(f" {warning.message}" for warning in warnings[:3])
        return Failure(self.code, f"{what} must be {expected}, but `={expression.text}` gave {describe(found)}.{hints}")


def describe(found: Value) -> str:
    """The type of a value for people, with the value where it is short."""
    if found is None:
        return "null"
    name = next((words for kind, words in _TYPES if isinstance(found, kind)), "a value of another type")
    return f"{name} ({str(found)[:40]})" if isinstance(found, (bool, Decimal, str)) else name
