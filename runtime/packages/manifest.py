"""What package.yaml says, checked key by key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from engine.api import CompiledExpression, FeelSyntaxError, Problem, compile_expression
from runtime.jobs.limits import Limit, read_rate
from runtime.packages.problems import did_you_mean, problem
from runtime.packages.yaml_files import YamlFile

SCHEMES = ("standard", "hmac-sha256")
LANGUAGES = ("en", "ja", "ru")

_NAME = validate.Regexp(
    re.compile(r"^[a-z][a-z0-9_]{0,39}$"), error="use a-z, 0-9 and _, beginning with a letter, at most 40 long"
)
_VERSION = validate.Regexp(re.compile(r"^\d+\.\d+\.\d+([a-z0-9.+-]*)$"), error="write it as 1.2.3")
_SLUG = validate.Regexp(re.compile(r"^[a-z0-9][a-z0-9-]{0,59}$"), error="use a-z, 0-9 and -, at most 60 long")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicForm:
    """A form that anybody may send in: ``/f/<path>`` shows `form` and publishes `message` with its values over `defaults`."""

    path: str
    form: str
    message: str
    label: Mapping[str, str]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    package: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """An incoming webhook: ``POST /hooks/<name>`` publishes `message`, signed with the `secret` of that name.

    `scheme` is ``standard`` (Standard Webhooks), or ``hmac-sha256``: the signature of the body stands as hex or base64 in
    `header` behind `prefix`; with a `timestamp_header` what is signed is that header, a dot and the body. `key`, `id` (what
    tells a repeated delivery) and `variables` are FEEL over ``body`` and ``headers``.
    """

    name: str
    secret: str
    message: str
    scheme: str = "standard"
    header: str = ""
    prefix: str = ""
    timestamp_header: str = ""
    key: CompiledExpression | None = None
    id: CompiledExpression | None = None
    variables: CompiledExpression | None = None
    package: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The content of package.yaml. Paths and globs are relative to its folder.

    `workers` are the job types that programs outside of the platform do; `limits` how many of a type run at once, or begin.
    """

    name: str
    version: str
    label: Mapping[str, str]
    engine: str = ""
    requires: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    record_types: tuple[str, ...] = ()
    pipelines: tuple[str, ...] = ()
    roles: str | None = None
    handlers: tuple[str, ...] = ()
    workers: tuple[str, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    public_forms: tuple[PublicForm, ...] = ()
    hooks: tuple[Hook, ...] = ()
    imports: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    templates: str | None = None
    menu: tuple[str, ...] = ()
    demo: str | None = None


class Feel(fields.String):
    """A FEEL expression over ``body`` and ``headers``, with an equals sign in front."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        text = super()._deserialize(value, attr, data, **options)
        if not text.startswith("="):
            raise ValidationError("write it as FEEL, with = in front")
        try:
            made = compile_expression(text[1:])
        except FeelSyntaxError as wrong:
            raise ValidationError(f"it is no FEEL: {wrong.message} (column {wrong.column})") from wrong
        unknown = sorted(made.names - {"body", "headers"})
        if unknown:
            raise ValidationError(f"{unknown[0]} is not known here; there are body and headers")
        return made


class Label(fields.Dict):
    """A text per language, English at least."""

    def __init__(self, **options: Any) -> None:
        super().__init__(keys=fields.String(validate=validate.OneOf(LANGUAGES)), values=fields.String(), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        label = super()._deserialize(value, attr, data, **options)  # type: ignore[no-untyped-call]  # marshmallow's
        if "en" not in label:
            raise ValidationError("an English text (en) is needed")
        return label


class _HookSchema(Schema):
    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=_SLUG)
    secret = fields.String(required=True, validate=_NAME)
    scheme = fields.String(load_default="standard", validate=validate.OneOf(SCHEMES))
    header = fields.String(load_default="")
    prefix = fields.String(load_default="")
    timestamp_header = fields.String(load_default="")
    message = fields.String(required=True, validate=validate.Length(1, 200))
    key = Feel(load_default=None)
    id = Feel(load_default=None)
    variables = Feel(load_default=None)

    @validates_schema
    def _fits_together(self, data: Mapping[str, Any], **_: Any) -> None:
        generic = data.get("scheme") == "hmac-sha256"
        if generic and not data.get("header"):
            raise ValidationError({"header": ["say which header holds the signature"]})
        if generic and not data.get("id"):
            raise ValidationError({"id": ["say in FEEL what tells a repeated delivery, like =headers.x_request_id"]})
        only = [name for name in ("header", "prefix", "timestamp_header", "id") if data.get(name)]
        if not generic and only:
            raise ValidationError({only[0]: ["goes with the scheme hmac-sha256 only"]})


class _PublicFormSchema(Schema):
    class Meta:
        unknown = RAISE

    path = fields.String(required=True, validate=_SLUG)
    form = fields.String(required=True)
    message = fields.String(required=True)
    label = Label(required=True)
    defaults = fields.Dict(keys=fields.String())


def _a_rate(text: str) -> None:
    try:
        read_rate(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error


class _LimitSchema(Schema):
    class Meta:
        unknown = RAISE

    at_once = fields.Integer(strict=True, validate=validate.Range(1, 999_999))
    rate = fields.String(validate=_a_rate)


def _texts() -> fields.List[str]:
    return fields.List(fields.String(validate=validate.Length(min=1)))


class ManifestSchema(Schema):
    """The keys of package.yaml."""

    class Meta:
        unknown = RAISE

    name = fields.String(required=True, validate=_NAME)
    version = fields.String(required=True, validate=_VERSION)
    engine = fields.String()
    requires = _texts()
    label = Label(required=True)
    resources = _texts()
    record_types = _texts()
    pipelines = _texts()
    roles = fields.String()
    handlers = _texts()
    workers = _texts()
    limits = fields.Dict(keys=fields.String(validate=validate.Length(min=1)), values=fields.Nested(_LimitSchema))
    public_forms = fields.List(fields.Nested(_PublicFormSchema))
    hooks = fields.List(fields.Nested(_HookSchema))
    imports = _texts()
    calendars = _texts()
    templates = fields.String()
    menu = _texts()
    demo = fields.String()


def read_manifest(file: YamlFile) -> tuple[Manifest | None, tuple[Problem, ...]]:
    """The manifest, or what is wrong with it (PKG-1010 unknown key, PKG-1011 bad value), each with line and advice."""
    try:
        data = ManifestSchema().load(file.data)
    except ValidationError as error:
        messages = error.messages
        return None, tuple(_problems(file, messages, ()))
    forms = tuple(PublicForm(**form, package=data["name"]) for form in data.pop("public_forms", []))
    hooks = tuple(Hook(**hook, package=data["name"]) for hook in data.pop("hooks", []))
    limits = {type: _limit(**limit) for type, limit in data.pop("limits", {}).items()}
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Manifest(**values, public_forms=forms, hooks=hooks, limits=limits), ()


def _limit(at_once: int | None = None, rate: str | None = None) -> Limit:
    return Limit(at_once=at_once, per_second=None if rate is None else read_rate(rate))


def _problems(file: YamlFile, messages: Any, path: tuple[str | int, ...]) -> list[Problem]:
    if isinstance(messages, Mapping):
        found: list[Problem] = []
        for key, inner in messages.items():
            found += _problems(file, inner, (*path, key))
        return found
    shown = ".".join(str(step) for step in path)
    return [_one(file, str(message), path, shown) for message in messages]


def _one(file: YamlFile, message: str, path: tuple[str | int, ...], shown: str) -> Problem:
    line = file.line(path)
    if message != "Unknown field.":
        return problem("PKG-1011", f"{shown}: {message.rstrip('.')}.", file.name, line=line, field=shown)
    inner: dict[object, type[Schema]] = {"public_forms": _PublicFormSchema, "limits": _LimitSchema}
    schema = inner.get(path[0], ManifestSchema) if len(path) > 1 else ManifestSchema
    advice = did_you_mean(str(path[-1]), schema().fields)
    return problem("PKG-1010", f"The key {shown!r} is not known.", file.name, line=line, field=shown, fix=advice)
