"""Every text of the screens is translated, in every area, into every language."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from runtime.i18n import LANGUAGES, ngettext, speaking
from runtime.i18n.catalogues import areas, merged

ROOT = Path(__file__).parents[3]
SOURCES = ("runtime", "designer", "crm_package", "examples")
FUNCTIONS = {"_": 1, "N_": 1, "gettext": 1, "ngettext": 2}
PLACES = re.compile(r"%\((\w+)\)[a-z]")
TRANSLATED = [language for language in LANGUAGES if language != "en"]


class Message(NamedTuple):
    place: str
    id: str
    plural: str | None = None


def sources(suffix: str) -> Iterator[Path]:
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob(f"*{suffix}")):
            if not {"node_modules", "dist", "__pycache__"} & set(path.parts):
                yield path


def in_python(path: Path) -> Iterator[Message]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    imported = [one for node in nodes if isinstance(node, ast.ImportFrom) for one in node.names]
    aliases = {one.asname: one.name for one in imported if one.asname and one.name in FUNCTIONS}
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        name = aliases.get(called, called)
        texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if name in FUNCTIONS and len(texts) >= FUNCTIONS[name]:
            yield Message(f"{path.relative_to(ROOT)}:{node.lineno}", *texts[: FUNCTIONS[name]])


def in_template(path: Path) -> Iterator[Message]:
    with path.open("rb") as stream:
        found = list(babel_extract(stream, tuple(FUNCTIONS), (), {"trimmed": "true", "silent": "false"}))
    for line, name, texts, _comments in found:
        ids = [text for text in (texts if isinstance(texts, tuple) else (texts,)) if text]
        yield Message(f"{path.relative_to(ROOT)}:{line}", *ids[: FUNCTIONS.get(name or "_", 1)])


def used() -> list[Message]:
    found = [message for path in sources(".py") for message in in_python(path)]
    return found + [message for path in sources(".html") for message in in_template(path)]


def test_the_search_finds_texts_of_python_and_of_templates():
    places = {message.place.split(":")[0].rsplit(".", 1)[1] for message in used()}
    assert places == {"py", "html"}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_has_a_translation(language):
    catalogue = merged(language)
    missing = []
    for message in used():
        entry = catalogue.get(message.id)
        texts = [] if entry is None else entry.string if isinstance(entry.string, (list, tuple)) else [entry.string]
        if not texts or not all(texts) or (message.plural and len(texts) != catalogue.num_plurals):
            missing.append(f"{message.place}: {message.id!r}")
    assert not missing, f"Not translated into {language}, add to runtime/i18n/{language}/<area>.po:\n" + "\n".join(missing)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_places_for_values(language):
    wrong = []
    for message in merged(language):
        ids = message.id if isinstance(message.id, (list, tuple)) else [message.id]
        texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
        wanted = set().union(*(PLACES.findall(text) for text in ids))
        wrong += [f"{text!r} of {ids[0]!r}" for text in texts if text and not set(PLACES.findall(text)) <= wanted]
        wrong += [
            f"{ids[0]!r} lost {wanted - set(PLACES.findall(texts[-1]))}" for _ in [0] if wanted - set(PLACES.findall(texts[-1]))
        ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_catalogue_holds_a_text_that_nothing_shows(language):
    ids = {message.id for message in used()}
    stale = []
    for file in areas(language):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=language):
                first = message.id[0] if isinstance(message.id, (list, tuple)) else message.id
                if first and first not in ids:
                    stale.append(f"{file.relative_to(ROOT)}: {first!r}")
    assert not stale, "Nothing uses these any more:\n" + "\n".join(stale)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_areas_of_a_language_do_not_contradict_each_other(language):
    seen: dict[str, tuple[str, object]] = {}
    clashes = []
    for file in areas(language):
        with file.open("rb") as stream:
            for message in read_po(stream, locale=language):
                key = str(message.id)
                if message.id and seen.setdefault(key, (file.name, message.string))[1] != message.string:
                    clashes.append(f"{key}: {seen[key][0]} and {file.name}")
    assert not clashes, "\n".join(clashes)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_language_has_the_same_areas(language):
    assert [file.name for file in areas(language)] == [file.name for file in areas(TRANSLATED[0])]


def test_russian_has_its_four_plural_forms():
    with speaking("ru"):
        texts = [ngettext("%(n)s task is left.", "%(n)s tasks are left.", n) for n in (1, 3, 5, 21)]
    assert texts == ["Осталась 1 задача.", "Осталось 3 задачи.", "Осталось 5 задач.", "Осталась 21 задача."]
