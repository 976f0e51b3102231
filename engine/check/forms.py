"""Forms of form-js as far as a deployment must know them: readable, named, with keys, with FEEL that compiles.

Source: the form-js schema (github.com/bpmn-io/form-js, `packages/form-json-schema`). How a form is shown and validated is the
runtime's; it reads every other property.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.check.codes import CODES, Code
from engine.check.findings import near
from engine.check.json_text import JsonFault, line_of_property, read_json
from engine.feel import FeelSyntaxError, compile_expression
from engine.problems import Problem

MAX_BYTES: Final = 1_000_000
MAX_COMPONENTS: Final = 500
MAX_EXPRESSIONS: Final = 2_000
MAX_PROBLEMS: Final = 100
"""Problems that are listed for one form."""

INPUTS: Final = frozenset(
    {"textfield", "textarea", "number", "checkbox", "checklist", "taglist", "radio", "select", "datetime", "expression"}
)
"""Components with a value of their own, so they need a key."""
CONTAINERS: Final = frozenset({"group", "dynamiclist"})
SHOWN: Final = INPUTS | CONTAINERS | {"text", "separator", "spacer", "button"}
NOT_SHOWN: Final[Mapping[str, str]] = {
    "filepicker": "files cannot be handed in through a form yet",
    "iframe": "a page of somebody else would be shown inside the form",
    "html": "HTML of a form is not shown; write the text with Markdown",
    "image": "pictures are not shown in forms yet",
    "table": "tables are not shown in forms yet; a dynamic list or a text can hold rows",
    "documentPreview": "documents are not shown in forms yet",
}
"""Components of the form editor that are refused, with the reason."""

_KEY: Final = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*")
_RULES_WITH_FEEL: Final = ("min", "max", "minLength", "maxLength")


@dataclass(frozen=True, slots=True)
class FormFile:
    """What `read_form_file` found: the `id` and the JSON `schema` as it is (empty when unusable), and the `problems`."""

    id: str | None
    schema: Mapping[str, Any]
    problems: tuple[Problem, ...]


def read_form_file(data: bytes, resource: str) -> FormFile:
    """Read a form. Never raises on bad input; what is wrong is in `problems`."""
    form = _Form(data, resource)
    schema = form.schema()
    if schema is None:
        return FormFile(None, {}, tuple(form.problems))
    form_id = schema.get("id")
    if not isinstance(form_id, str) or not form_id.strip():
        form.error(Code.FORM_WITHOUT_ID, "The form has no id.", at="id")
        form_id = None
    form.check(schema["components"], "", {})
    return FormFile(form_id, schema, tuple(form.problems))


@dataclass(slots=True)
class _Form:
    data: bytes
    resource: str
    problems: list[Problem] = field(default_factory=list)
    count: int = 0
    expressions: int = 0

    def error(
        self,
        code: Code,
        message: str,
        *,
        element: str | None = None,
        at: str | None = None,
        line: int | None = None,
        fix: str | None = None,
    ) -> None:
        """Note a problem; `element` is the id or key of the component, whose line is looked up, `at` the property."""
        if len(self.problems) > MAX_PROBLEMS:
            return
        if len(self.problems) == MAX_PROBLEMS:
            code, message, fix = (
                Code.FORM_TOO_LARGE,
                f"The form has more than {MAX_PROBLEMS} problems; the rest is not listed.",
                None,
            )
            element = at = None
        if line is None and element is not None:
            line = line_of_property(self.data, "id", element) or line_of_property(self.data, "key", element)
        problem = Problem(
            code=code,
            message=message,
            resource=self.resource,
            element=element,
            field=at,
            line=line or 1,
            fix=fix or CODES[code][1],
        )
        self.problems.append(problem)

    def schema(self) -> Mapping[str, Any] | None:
        """The JSON object with its list of components, or None with a problem."""
        if len(self.data) > MAX_BYTES:
            self.error(Code.FORM_TOO_LARGE, f"The form has {len(self.data):,} bytes; at most {MAX_BYTES:,} are read.")
            return None
        try:
            schema = read_json(self.data)
        except JsonFault as fault:
            code = Code.FORM_KEY_TWICE if fault.name else Code.FORM_NOT_JSON
            self.error(code, f"The form is not JSON that can be used: {fault.message}.", at=fault.name, line=fault.line)
            return None
        if not isinstance(schema, dict) or not isinstance(schema.get("components"), list):
            self.error(Code.FORM_SHAPE, "The form is no object with a list “components”.", at="components")
            return None
        return schema

    def check(self, components: object, path: str, keys: dict[str, str]) -> None:
        """All components of one container. `path` is where their values go, `keys` who writes there already."""
        if not isinstance(components, list):
            self.error(Code.FORM_SHAPE, "The components of a container are no list.", at="components")
            return
        for component in components:
            self.count += 1
            if self.count == MAX_COMPONENTS + 1:
                self.error(Code.FORM_TOO_LARGE, f"The form has more than {MAX_COMPONENTS} components.")
            if self.count > MAX_COMPONENTS:
                return
            if isinstance(component, dict):
                self._component(component, path, keys)
            else:
                self.error(Code.FORM_SHAPE, "A component is no object.", at="components")

    def _component(self, component: Mapping[str, Any], path: str, keys: dict[str, str]) -> None:
        kind, own = (
            str(component.get("type", "")),
            str(component.get("id") or component.get("key") or f"component {self.count}"),
        )
        if kind not in SHOWN:
            self._not_shown(kind, own)
            return
        self._feel(component, own)
        if kind in INPUTS:
            self._key(component, "key", own, path, keys)
        elif kind == "group":
            inside = str(component.get("path") or "")
            if inside and not _KEY.fullmatch(inside):
                self.error(Code.KEY_NAME, f"The path “{inside[:60]}” cannot be the name of a variable.", element=own, at="path")
            self.check(component.get("components", []), ".".join(part for part in (path, inside) if part), keys)
        elif kind == "dynamiclist":
            self._key(component, "path", own, path, keys)
            self.check(component.get("components", []), "", {})

    def _not_shown(self, kind: str, own: str) -> None:
        if kind in NOT_SHOWN:
            self.error(
                Code.COMPONENT_NOT_SHOWN,
                f"A component of the type “{kind}” is refused: {NOT_SHOWN[kind]}.",
                element=own,
                at="type",
            )
        else:
            fix = near(kind, SHOWN)
            self.error(Code.COMPONENT_UNKNOWN, f"There is no component of the type “{kind}”.", element=own, at="type", fix=fix)

    def _key(self, component: Mapping[str, Any], at: str, own: str, path: str, keys: dict[str, str]) -> None:
        key = str(component.get(at) or "")
        if not key:
            self.error(Code.KEY_MISSING, f"The field “{component.get('label') or own}” has no {at}.", element=own, at=at)
        elif not _KEY.fullmatch(key):
            self.error(Code.KEY_NAME, f"The key “{key[:60]}” cannot be the name of a variable.", element=own, at=at)
        else:
            whole = f"{path}.{key}" if path else key
            if whole in keys:
                self.error(Code.KEY_TWICE, f"The key “{whole}” is used by “{keys[whole]}” and “{own}”.", element=own, at=at)
            keys.setdefault(whole, own)

    def _feel(self, component: Mapping[str, Any], own: str) -> None:
        for at, text in expressions_of(component):
            self.expressions += 1
            if self.expressions == MAX_EXPRESSIONS + 1:
                self.error(Code.FORM_TOO_LARGE, f"The form has more than {MAX_EXPRESSIONS:,} expressions.")
            if self.expressions > MAX_EXPRESSIONS:
                return
            try:
                compile_expression(text)
            except FeelSyntaxError as error:
                why = f"{error.message.rstrip('.')} (column {error.column}, {error.code})"
                message = f"“{text[:80]}” in {at} does not compile: {why}."
                self.error(Code.FORM_FEEL, message, element=own, at=at)


def expressions_of(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where FEEL stands in a component, without the leading ``=``."""
    conditional, rules = component.get("conditional"), component.get("validate")
    places = {name: component.get(name) for name in ("disabled", "readonly", "valuesExpression", "expression")}
    if isinstance(conditional, dict):
        places["conditional.hide"] = conditional.get("hide")
    if isinstance(rules, dict):
        places |= {f"validate.{name}": rules.get(name) for name in _RULES_WITH_FEEL}
    always = ("conditional.hide", "valuesExpression", "expression")
    for at, value in places.items():
        if isinstance(value, str) and value.strip() and (value.startswith("=") or at in always):
            yield at, value.removeprefix("=").strip()
    for at in ("label", "description", "text"):
        value = component.get(at)
        if isinstance(value, str) and value.startswith("="):
            yield at, value[1:].strip()
        elif isinstance(value, str):
            yield from ((at, place.strip()) for place in _places(value))


def _places(text: str) -> Iterator[str]:
    """What stands between ``{{`` and ``}}``. Not by a regular expression: that takes quadratic time on many open braces."""
    at = text.find("{{")
    while at >= 0 and (end := text.find("}}", at)) >= 0:
        yield text[at + 2 : end]
        at = text.find("{{", end)
