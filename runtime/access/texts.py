"""Names that people type for users and tokens: short, and without characters that cannot be seen (A22 of the threat list)."""

from __future__ import annotations

import unicodedata

from email_validator import EmailNotValidError, validate_email

from runtime.errors import Invalid
from runtime.i18n import _

LONGEST = 200


def check_text(field: str, text: str) -> None:
    """Raise Invalid for a name that is blank, too long, or holds invisible characters."""
    if not text.strip():
        raise bad(field, _("The name is missing."))
    if len(text) > LONGEST or any(unicodedata.category(character).startswith("C") for character in text):
        raise bad(field, _("A name has at most %(n)s characters, all of which can be seen.", n=LONGEST))


def email(text: str | None) -> str | None:
    """An e-mail address in one spelling, None for none. Raises Invalid."""
    if not text or not text.strip():
        return None
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.casefold()
    except EmailNotValidError as error:
        raise bad("email", _("This is not an e-mail address. Write it like name@example.com.")) from error


def bad(field: str, said: str) -> Invalid:
    """The refusal of one value of a user or token."""
    return Invalid("ACC-1007", said, fields={field: [said]})
