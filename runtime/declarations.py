"""What packages declare in YAML, checked strictly: a fault is a problem with file, line, key and the likely cause.

One shape for record types, pipelines, roles and imports: a marshmallow schema that refuses unknown keys turns a parsed file
into plain values, and everything wrong with it becomes an `engine.api.Problem`, all at once and in the order of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from marshmallow import INCLUDE, Schema, ValidationError, fields, validates_schema

from engine.api import Problem
from runtime.errors import Invalid
from runtime.packages.yaml_files import KeyPath, YamlFile

WRONG_VALUE = "PKG-1050"
UNKNOWN_KEY = "PKG-1051"
UNKNOWN_NAME = "PKG-1052"
DECLARED_TWICE = "PKG-1053"


@dataclass(frozen=True, slots=True)
class Finding:
    """A message for one key, with a code and a way out of its own; used inside marshmallow's errors."""

    message: str
    code: str = WRONG_VALUE
    fix: str | None = None


@dataclass(frozen=True, slots=True)
class PackageFile:
    """One parsed file of a package; `owner` is the package's name."""

    owner: str
    yaml: YamlFile

    def problem(self, path: KeyPath, finding: Finding | str) -> Problem:
        """A problem at a key of this file; the line is that of the key, or of the nearest one around it."""
        said = finding if isinstance(finding, Finding) else Finding(finding)
        key = ".".join(map(str, path))
        return Problem(
            code=said.code,
            message=f"{key}: {said.message}" if key else said.message,
            resource=self.yaml.name,
            field=key or None,
            line=self.yaml.line(path),
            fix=said.fix,
        )

    def load(self, schema: Schema, problems: list[Problem]) -> dict[str, Any] | None:
        """The file's values as the schema makes them; None when it has faults, which are added to `problems`."""
        try:
            values: dict[str, Any] = schema.load(self.yaml.data)
        except ValidationError as error:
            found = [self.problem(path, message) for path, message in _flat(error.messages)]
            problems.extend(sorted(found, key=lambda problem: problem.line or 0))
            return None
        return values


def near(name: object, known: Iterable[str]) -> str | None:
    """ "Did you mean …?" for a name that is nearly one of the known ones; else the known ones when they are few."""
    options = sorted(known)
    match = get_close_matches(str(name), options, n=1)
    if match:
        return f"Did you mean {match[0]!r}?"
    return f"Known are: {', '.join(options)}." if 0 < len(options) <= 20 else None


def one_of(known: Collection[str], what: str) -> Callable[[str], None]:
    """A marshmallow validator for a name out of some; `what` begins the message, such as "The action"."""

    def check(value: str) -> None:
        if value not in known:
            raise ValidationError([Finding(f"{what} {value!r} is not known.", UNKNOWN_NAME, near(value, known))])

    return check


class Declaration(Schema):
    """Base of the schemas: an unknown key is refused, with the name that was probably meant."""

    class Meta:
        unknown = INCLUDE

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _refuse_unknown_keys(self, _data: Any, original: Any, **_: Any) -> None:
        if not isinstance(original, Mapping):
            return
        known = {f.data_key or name for name, f in self.load_fields.items()}
        unknown = [key for key in original if key not in known]
        if unknown:
            raise ValidationError({key: [Finding(f"Unknown key {key!r}.", UNKNOWN_KEY, near(key, known))] for key in unknown})


class Named(fields.Field[dict[str, Any]]):
    """A mapping of names to declarations of one kind, in the order of the file."""

    def __init__(self, inner: Schema | fields.Field[Any], *, pattern: str = r"[a-z][a-z0-9_]{0,39}", **settings: Any) -> None:
        super().__init__(**settings)
        self.inner = inner
        self.pattern = re.compile(pattern)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ValidationError("This must be a mapping of names.")
        loaded: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, item in value.items():
            try:
                self._check(name)
                loaded[name] = self._load(item)
            except ValidationError as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return loaded

    def _check(self, name: object) -> None:
        if not isinstance(name, str):
            raise ValidationError([Finding(f"{name!r} is not text to YAML.", fix="Put it in quotes.")])
        if not self.pattern.fullmatch(name):
            raise ValidationError([Finding(f"{name!r} is not a name; it must match {self.pattern.pattern}.")])

    def _load(self, item: Any) -> Any:
        load: Callable[[Any], Any] = self.inner.load if isinstance(self.inner, Schema) else self.inner.deserialize
        return load(item)


class Label(fields.Field[dict[str, str]]):
    """A text per language, ``{en: …, ja: …}``; a plain text is English."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> dict[str, str]:
        texts = {"en": value} if not isinstance(value, Mapping | list) else value
        if not isinstance(texts, Mapping) or None in texts.values():
            raise ValidationError("This must be a text, or a text for each language: {en: …, ja: …}.")
        for text in texts.values():
            if not isinstance(text, str):
                raise ValidationError([Finding(f"{text!r} is not text to YAML.", fix="Put it in quotes.")])
            if not text.strip():
                raise ValidationError("The text is empty.")
        wrong = [code for code in texts if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", str(code))]
        if wrong:
            raise ValidationError(f"{wrong[0]!r} is not a language code.")
        if "en" not in texts:
            raise ValidationError("The English text (en) is missing; it stands in for languages that have none.")
        return {code: text.strip() for code, text in texts.items()}


def _flat(errors: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Finding | str]]:
    if isinstance(errors, Mapping):
        for key, inner in errors.items():
            yield from _flat(inner, path if key == "_schema" else (*path, key))
    elif isinstance(errors, list):
        for inner in errors:
            yield from _flat(inner, path)
    else:
        yield path, errors


def cannot_read(code: str, what: str, problems: Sequence[Problem]) -> Invalid:
    """The refusal of faulty files: the detail tells the first problem and how many more there are."""
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return Invalid(code, f"{what} cannot be read: {problems[0]}{more}", problems=problems)
