"""marshmallow fields that say the rules of form-js, with messages in the user's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError, fields

from engine.api import Value
from runtime.forms.numbers import parse_number, places
from runtime.forms.options import Choice, key_of
from runtime.forms.source import clean_text
from runtime.i18n import _, format_decimal, ngettext

LONGEST_TEXT = 100_000
LONGEST_MATCHED = 1_000
"""A text that a pattern is matched against may not be longer, so that matching stays quick."""
_PHONE = re.compile(r"\+?[\d\s().\-/]{5,30}")


class FormField(fields.Field[Any]):
    """Base of all: an empty value is None, and wrong only when the field is required."""

    def __init__(self, *, required: bool = False, missing: str = "") -> None:
        message = missing or _("Fill in this field.")
        super().__init__(required=required, allow_none=not required, error_messages={"required": message, "null": message})


class TextField(FormField):
    """Text, trimmed. `kind` is email or phone; `pattern` must be found somewhere in the text (as in JavaScript)."""

    def __init__(
        self,
        *,
        required: bool,
        lengths: tuple[int | None, int | None] = (None, None),
        pattern: str | None = None,
        pattern_message: str = "",
        kind: str | None = None,
    ) -> None:
        super().__init__(required=required)
        self.lengths = lengths
        self.pattern = pattern
        self.pattern_message = pattern_message
        self.kind = kind

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str | None:
        if not isinstance(value, str):
            raise ValidationError(_("A text is expected here."))
        text = clean_text(value).strip()
        if not text:
            if self.required:
                raise self.make_error("required")
            return None
        self._check_length(text)
        self._check_form(text)
        return text

    def _check_length(self, text: str) -> None:
        shortest, longest = self.lengths
        if shortest is not None and len(text) < shortest:
            raise ValidationError(ngettext("Write at least %(n)s character.", "Write at least %(n)s characters.", shortest))
        most = min(LONGEST_TEXT if longest is None else longest, LONGEST_MATCHED if self.pattern else LONGEST_TEXT)
        if len(text) > most:
            raise ValidationError(
                ngettext("The text is %(n)s character too long.", "The text is %(n)s characters too long.", len(text) - most)
            )

    def _check_form(self, text: str) -> None:
        if self.kind == "email" and not is_email(text):
            raise ValidationError(_("Write an e-mail address, such as name@example.com."))
        if self.kind == "phone" and not is_phone(text):
            raise ValidationError(_("Write a phone number, such as +1 555 010 0100."))
        if self.pattern and not re.search(self.pattern, text):
            raise ValidationError(self.pattern_message or _("This does not have the expected form."))


class NumberField(FormField):
    """A decimal number within limits; `digits` are the places allowed, `increment` the step from `minimum` (or 0)."""

    def __init__(
        self,
        *,
        required: bool,
        limits: tuple[Decimal | None, Decimal | None] = (None, None),
        digits: int | None = None,
        increment: Decimal | None = None,
        as_text: bool = False,
    ) -> None:
        super().__init__(required=required)
        self.limits = limits
        self.digits = digits
        self.increment = increment
        self.as_text = as_text

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal | str:
        number = parse_number(value) if isinstance(value, str) else value
        if not isinstance(number, Decimal) or not number.is_finite():
            raise ValidationError(_("Write a number, such as %(example)s.", example=format_decimal(Decimal("1234.5"))))
        self._check_limits(number)
        self._check_step(number)
        return f"{number:f}" if self.as_text else number

    def _check_limits(self, number: Decimal) -> None:
        least, most = self.limits
        if least is not None and number < least:
            raise ValidationError(_("The number must be at least %(limit)s.", limit=format_decimal(least)))
        if most is not None and number > most:
            raise ValidationError(_("The number must be at most %(limit)s.", limit=format_decimal(most)))

    def _check_step(self, number: Decimal) -> None:
        if self.digits is not None and places(number) > self.digits:
            if self.digits == 0:
                raise ValidationError(_("Write a whole number."))
            raise ValidationError(
                ngettext("At most %(n)s decimal place is allowed.", "At most %(n)s decimal places are allowed.", self.digits)
            )
        if self.increment and (number - (self.limits[0] or 0)) % self.increment:
            raise ValidationError(_("The number must go in steps of %(step)s.", step=format_decimal(self.increment)))


class TickField(FormField):
    """A checkbox. When it is required it must be ticked."""

    def __init__(self, *, required: bool) -> None:
        super().__init__(required=required, missing=_("Tick this box to go on."))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        ticked = value is True or value == "true"
        if self.required and not ticked:
            raise self.make_error("required")
        return ticked


class OneField(FormField):
    """One of the options; what is given is the option's key (a page) or its value (the API)."""

    def __init__(self, *, required: bool, choices: Sequence[Choice]) -> None:
        super().__init__(required=required, missing=_("Choose an option."))
        self.choices = {choice.key: choice.value for choice in choices}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Value:
        return chosen(value, self.choices)


class ManyField(FormField):
    """Any number of the options. When it is required there must be at least one."""

    def __init__(self, *, required: bool, choices: Sequence[Choice]) -> None:
        super().__init__(required=required, missing=_("Choose at least one option."))
        self.choices = {choice.key: choice.value for choice in choices}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Value]:
        given = value if isinstance(value, list) else [value]
        if self.required and not given:
            raise self.make_error("required")
        return [chosen(one, self.choices) for one in given]


def chosen(given: Any, choices: Mapping[str, Value]) -> Value:
    """The value of the option that was given by its key or its value."""
    key = given if isinstance(given, str) else key_of(given)
    if key not in choices:
        raise ValidationError(_("This is not one of the options."))
    return choices[key]


def is_email(text: str) -> bool:
    """True for an address that may exist; nothing is looked up."""
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def is_phone(text: str) -> bool:
    """True for six to fifteen digits (ITU-T E.164) with the usual marks between them."""
    return bool(_PHONE.fullmatch(text)) and 6 <= sum(character.isdigit() for character in text) <= 15
