"""An OpenAPI document taken apart for a page: groups of operations, and schemas as flat tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Document = Mapping[str, Any]
_METHODS = ("get", "post", "put", "patch", "delete")
_DEPTH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One property of a schema; `depth` counts the objects around it."""

    name: str
    type: str
    required: bool
    text: str
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer of an operation."""

    status: str
    text: str
    schema: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation, ready to be shown."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    permission: str
    parameters: list[Mapping[str, Any]]
    body: list[Line]
    body_type: str
    body_schema: str
    example: str
    replies: list[Reply]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The operations of one tag."""

    name: str
    text: str
    operations: list[Operation]


def groups_of(document: Document) -> list[Group]:
    """The operations by tag, in the order of the document."""
    found = {tag["name"]: Group(name=tag["name"], text=tag.get("description", ""), operations=[]) for tag in document["tags"]}
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                made = _operation(document, path, method, item)
                found[item[method]["tags"][0]].operations.append(made)
    return [group for group in found.values() if group.operations]


def schemas_of(document: Document) -> list[tuple[str, str, list[Line]]]:
    """Every object schema by name: its description and its lines."""
    return [
        (name, schema.get("description", ""), lines_of(document, schema, depth=_DEPTH - 1))
        for name, schema in sorted(document["components"]["schemas"].items())
        if schema.get("properties") or schema.get("anyOf")
    ]


def lines_of(document: Document, schema: Mapping[str, Any], depth: int = 0) -> list[Line]:
    """The properties of an object schema with those of the objects in it, down to three levels."""
    schema = resolved(document, schema)
    if "anyOf" in schema:
        return [Line(name=type_of(document, one), type="", required=False, text="", depth=depth) for one in schema["anyOf"]]
    required, found = set(schema.get("required", ())), []
    for name, one in schema.get("properties", {}).items():
        text = one.get("description", "") or resolved(document, one).get("description", "")
        found.append(Line(name=name, type=type_of(document, one), required=name in required, text=text, depth=depth))
        inner = resolved(document, resolved(document, one).get("items", one))
        if depth < _DEPTH - 1 and inner.get("properties"):
            found += lines_of(document, inner, depth + 1)
    return found


def resolved(document: Document, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema itself, after its reference was followed."""
    while "$ref" in schema:
        place: Any = document
        for step in schema["$ref"].removeprefix("#/").split("/"):
            place = place[step]
        schema = place
    return schema


def type_of(document: Document, schema: Mapping[str, Any]) -> str:
    """The type of a value in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[1]
    if "anyOf" in schema:
        return "one of several"
    if "enum" in schema:
        return " | ".join(json.dumps(one, ensure_ascii=False) for one in schema["enum"])
    kind = schema.get("type", "any")
    names = [kind] if isinstance(kind, str) else list(kind)
    if "array" in names:
        return f"list of {type_of(document, schema.get('items', {}))}"
    text = " or ".join(names)
    return f"{text} ({schema['format']})" if "format" in schema else text


def example_of(document: Document, schema: Mapping[str, Any], depth: int = 0) -> Any:
    """A value that the schema allows, made of its examples."""
    schema = resolved(document, schema)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object" and schema.get("properties") and depth < _DEPTH:
        required = set(schema.get("required", ()))
        shown = {name: one for name, one in schema["properties"].items() if name in required} or schema["properties"]
        return {name: example_of(document, one, depth + 1) for name, one in shown.items()}
    if kind == "array":
        return [example_of(document, schema.get("items", {}), depth + 1)]
    return {"integer": 1, "number": 1.5, "boolean": True, "object": {}}.get(str(kind), "…")


def _operation(document: Document, path: str, method: str, item: Mapping[str, Any]) -> Operation:
    raw = item[method]
    contents: dict[str, Any] = raw.get("requestBody", {}).get("content", {})
    body_type = next(iter(contents), "")
    schema: Mapping[str, Any] = contents[body_type].get("schema", {}) if contents else {}
    parameters = [resolved(document, one) for one in [*item.get("parameters", ()), *raw.get("parameters", ())]]
    return Operation(
        id=re.sub(r"\W+", "-", f"{method}-{path}").strip("-"),
        method=method.upper(),
        path=path,
        summary=raw.get("summary", "").removesuffix("."),
        description=raw.get("description", ""),
        permission=raw.get("x-permission", ""),
        parameters=[{**one, "type": type_of(document, one.get("schema", {}))} for one in parameters],
        body=lines_of(document, schema),
        body_type=body_type,
        body_schema=type_of(document, schema) if schema else "",
        example=_curl(document, path, method, body_type, schema),
        replies=[_reply(document, status, one) for status, one in sorted(raw["responses"].items())],
    )


def _reply(document: Document, status: str, raw: Mapping[str, Any]) -> Reply:
    raw = resolved(document, raw)
    contents: dict[str, Any] = raw.get("content", {})
    schema: Mapping[str, Any] = next(iter(contents.values())).get("schema", {}) if contents else {}
    lines = lines_of(document, schema) if status < "300" else []
    return Reply(
        status=status, text=raw.get("description", ""), schema=type_of(document, schema) if schema else "", lines=lines
    )


def _curl(document: Document, path: str, method: str, body_type: str, schema: Mapping[str, Any]) -> str:
    lines = [f"curl -X {method.upper()} $RINGI{path}", '-H "Authorization: Bearer $TOKEN"']
    if body_type == "application/json":
        body = json.dumps(example_of(document, schema), ensure_ascii=False)
        lines += ['-H "Content-Type: application/json"', f"-d '{body}'"]
    elif body_type == "multipart/form-data":
        lines += [f'-F "{name}=@file"' for name in resolved(document, schema).get("properties", {})]
    return " \\\n  ".join(lines)
