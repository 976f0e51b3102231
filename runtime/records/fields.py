"""One marshmallow field for each field type: what comes from a screen, the API, a file or a process becomes a FEEL value.

Every field takes its own values as well as their texts, so checking a checked value changes nothing. An empty text is no value.
The messages are translated into the language that holds; going out, exact numbers become texts and moments ISO 8601.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError, fields

from runtime.i18n import N_, _, time_zone
from runtime.records.contacts import Unusable
from runtime.records.text import clean_line, clean_lines

MAX_TEXT = 1_000
MAX_LONG_TEXT = 100_000

_NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})(e[+-]?\d{1,2})?", re.IGNORECASE)
_INTEGER_DIGITS = 24
_DECIMALS = 10

_MESSAGES = {
    "required": N_("This must be filled in."),
    "null": N_("This must be filled in."),
    "text": N_("This must be a text."),
    "long": N_("This has %(length)s characters; at most %(max)s are allowed."),
    "number": N_("This is not a number. Write it like 1234.5."),
    "exact": N_("This number has too many digits: at most 24 before the point and 10 after it."),
    "low": N_("This must be at least %(min)s."),
    "high": N_("This must be at most %(max)s."),
    "date": N_("This is not a day. Write it like 2026-11-21."),
    "datetime": N_("This is not a time. Write it like 2026-11-21T09:30+09:00."),
    "boolean": N_("This must be true or false."),
    "choice": N_("%(value)s is not one of the choices: %(known)s."),
    "choice_near": N_("%(value)s is not one of the choices. Did you mean %(near)s?"),
    "reference": N_("This must be the id of a record."),
    "email": N_("This is not an e-mail address. Write it like name@example.com."),
    "json": N_("This cannot be kept as JSON, or it is too large."),
}


class RecordField(fields.Field[Any]):
    """What all fields share: blanks are no value, and messages come from one translated table."""

    def deserialize(self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **settings: Any) -> Any:
        """Check the value; an empty or invisible text counts as None."""
        if isinstance(value, str):
            value = self.clean(value) or None
        elif isinstance(value, list) and not value:
            value = None
        return super().deserialize(value, attr, data, **settings)

    def clean(self, text: str) -> str:
        """The text as it is kept."""
        return clean_line(text)

    def make_error(self, key: str, **values: Any) -> ValidationError:
        """The message of that key in the language that holds."""
        return ValidationError(_(_MESSAGES[key], **values))


class Text(RecordField, fields.String):
    """One line of text, or several when `lines`."""

    def __init__(self, *, max_length: int | None = None, lines: bool = False, **settings: Any) -> None:
        super().__init__(**settings)
        self.max_length = max_length or (MAX_LONG_TEXT if lines else MAX_TEXT)
        self.clean = clean_lines if lines else clean_line  # type: ignore[method-assign]  # one class for both kinds of text

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> str:
        if isinstance(value, Decimal | int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            raise self.make_error("text")
        if len(value) > self.max_length:
            raise self.make_error("long", length=len(value), max=self.max_length)
        return value


class Number(RecordField):
    """An exact number without superfluous zeros. A float is taken by its shortest spelling."""

    def __init__(self, *, min: Decimal | None = None, max: Decimal | None = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.min = min
        self.max = max

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> Decimal:
        number = self._read(value)
        if number and not -_DECIMALS <= number.adjusted() < _INTEGER_DIGITS:
            raise self.make_error("exact")
        number = canonical(number)
        if -int(number.as_tuple().exponent) > _DECIMALS:
            raise self.make_error("exact")
        if self.min is not None and number < self.min:
            raise self.make_error("low", min=self.min)
        if self.max is not None and number > self.max:
            raise self.make_error("high", max=self.max)
        return number

    def _read(self, value: Any) -> Decimal:
        if isinstance(value, Decimal | int | float) and not isinstance(value, bool):
            number = Decimal(str(value)) if not isinstance(value, int) or abs(value) < 10**40 else Decimal("NaN")
        else:
            text = unicodedata.normalize("NFKC", value) if isinstance(value, str) else ""
            number = Decimal(text) if _NUMBER.fullmatch(text) else Decimal("NaN")
        if not number.is_finite():
            raise self.make_error("number")
        return number

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **_settings: Any) -> str | None:
        return None if value is None else format(value, "f")


class Date(RecordField, fields.Date):
    """A day."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        raise self.make_error("date")


class DateTime(RecordField, fields.DateTime):
    """A point in time, kept in UTC. Without an offset it is meant in the time zone that holds for the user."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> datetime:
        moment = value if isinstance(value, datetime) else self._read(value)
        try:
            return (moment if moment.tzinfo else moment.replace(tzinfo=time_zone())).astimezone(UTC)
        except (OverflowError, ValueError) as error:
            raise self.make_error("datetime") from error

    def _read(self, value: Any) -> datetime:
        if isinstance(value, str) and re.match(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:", value):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass
        raise self.make_error("datetime")


class Boolean(RecordField, fields.Boolean):
    """Yes or no; also as forms and files write it."""

    WORDS: Mapping[str, bool] = {
        "true": True,
        "1": True,
        "yes": True,
        "on": True,
        "false": False,
        "0": False,
        "no": False,
        "off": False,
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> bool:
        if isinstance(value, bool):
            return value
        word = self.WORDS.get(value.casefold()) if isinstance(value, str) else None
        if word is None:
            raise self.make_error("boolean")
        return word


class Email(RecordField, fields.String):
    """An address (RFC 5321, RFC 6531), checked without asking the network, in small letters."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("text")
        try:
            found = validate_email(unicodedata.normalize("NFKC", value), check_deliverability=False)
        except EmailNotValidError as error:
            raise self.make_error("email") from error
        return found.normalized.casefold()


class Readable(RecordField, fields.String):
    """A text that a function brings into its one spelling, or finds unusable."""

    def __init__(self, read: Callable[[str], str], **settings: Any) -> None:
        super().__init__(**settings)
        self.read = read

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_settings: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("text")
        try:
            return self.read(value)
        except Unusable as error:
            raise ValidationError(str(error)) from error


def canonical(number: Decimal) -> Decimal:
    """The same number without superfluous zeros and without an exponent; so equal numbers have equal texts."""
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text) if number else Decimal(0)
