"""Letters and notices from the package's templates. The first line of a template is its subject."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from jinja2 import PackageLoader, StrictUndefined, TemplateNotFound
from jinja2.sandbox import SandboxedEnvironment

FALLBACK = "en"


class Letter(NamedTuple):
    """What is sent: a line and a text."""

    subject: str
    body: str


def letter(template: str, language: str | None, values: Mapping[str, Any]) -> Letter:
    """The letter in the language, or in English when there is none in it. Raises LookupError for an unknown template."""
    for wanted in (language or FALLBACK, FALLBACK):
        try:
            found = _environment().get_template(f"{template}.{wanted}.j2")
        except TemplateNotFound:
            continue
        head, _, body = found.render(values).partition("\n")
        return Letter(head.removeprefix("Subject:").strip(), body.strip())
    raise LookupError(f"There is no template {template!r} in crm_package/templates.")


@cache
def _environment() -> SandboxedEnvironment:
    # Letters are plain text, so nothing is escaped; the sandbox keeps templates from reaching into Python.
    return SandboxedEnvironment(loader=PackageLoader("crm_package", "templates"), undefined=StrictUndefined, autoescape=False)
