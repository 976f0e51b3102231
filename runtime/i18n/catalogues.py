"""Translations from .po files, merged over the areas of a language, and the look-up."""

from __future__ import annotations

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from runtime.i18n.languages import current_language

FOLDER = Path(__file__).parent


def areas(language: str) -> list[Path]:
    """The .po files of a language, in order of area."""
    return sorted((FOLDER / language).glob("*.po"))


def merged(language: str) -> Catalog:
    """One catalogue of all areas of a language. An area that is first in the alphabet wins over a later one."""
    whole = Catalog(locale=language)
    for file in areas(language):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=language):
                if message.id and message.id not in whole:
                    whole[message.id] = message
    return whole


@cache
def translations(language: str) -> NullTranslations:
    """What `gettext` looks up in; read once a process."""
    if not areas(language):
        return NullTranslations()
    binary = BytesIO()
    write_mo(binary, merged(language))
    binary.seek(0)
    return GNUTranslations(binary)


def gettext(message: str, /, **values: object) -> str:
    """The message in the language that holds; ``%(name)s`` places are filled from `values`."""
    text = translations(current_language()).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """The form of the message that fits the number `n`, which is also the value ``%(n)s``."""
    text = translations(current_language()).ngettext(singular, plural, n)
    return text % {"n": n, **values}
