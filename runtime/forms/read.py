"""form-js JSON to `Form`. Every property is read or named in a problem; nothing is guessed later.

Source of the format: the form-js schema (github.com/bpmn-io/form-js, `packages/form-json-schema`), version 18 and older.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from engine.api import Problem, Severity
from runtime.errors import Invalid
from runtime.forms.components import Reader
from runtime.forms.findings import Findings
from runtime.forms.model import Component, Form

MAX_BYTES = 1_000_000
_TEMPLATE = re.compile(r"\{\{")


def read_form(source: bytes | str | Mapping[str, Any], resource: str = "form") -> Form:
    """Read a form. What is wrong is in `Form.problems`; a file that is not a form at all gives a form without components."""
    findings = Findings(resource)
    schema = _parsed(source, findings)
    components = Reader(findings).components(schema.get("components"), depth=0)
    _check_keys(components, findings)
    own = str(schema.get("id") or "")
    if schema and not own:
        findings.error("FORM-2001", "The form has no id.", at="id", fix="Give the form an id; user tasks name it by that.")
    return Form(id=own, components=components, problems=tuple(findings.problems), reacts=_reacts(components))


def usable(form: Form) -> Form:
    """The form itself when it can be shown, else `Invalid` FORM-2000 with its errors. Deployed forms have none."""
    errors = [problem for problem in form.problems if problem.severity is Severity.ERROR]
    if errors:
        raise Invalid("FORM-2000", f"The form {form.id!r} cannot be shown: {errors[0].message}", problems=errors)
    return form


def check_form(source: bytes | str | Mapping[str, Any], resource: str) -> tuple[Problem, ...]:
    """What is wrong with a form file, for the check before a deployment."""
    return read_form(source, resource).problems


def _parsed(source: bytes | str | Mapping[str, Any], findings: Findings) -> Mapping[str, Any]:
    schema: Any = source
    if isinstance(source, (bytes, str)):
        if len(source) > MAX_BYTES:
            findings.error("FORM-2006", f"The form is larger than {MAX_BYTES} bytes.", fix="Split it into several forms.")
            return {}
        try:
            schema = json.loads(source)
        except (ValueError, RecursionError) as wrong:
            findings.error("FORM-2001", f"The file is not JSON: {wrong}.", fix="Export the form again from the form editor.")
            return {}
    if not isinstance(schema, Mapping) or not isinstance(schema.get("components", []), list):
        findings.error("FORM-2001", "This is not a form: an object with a list 'components' is expected.", at="components")
        return {}
    return schema


def _check_keys(components: tuple[Component, ...], findings: Findings, prefix: str = "") -> None:
    """Two inputs that write to the same place are refused, as is a key that no variable can have."""
    seen: dict[str, str] = {}
    waiting = [(component, "") for component in reversed(components)]
    while waiting:
        component, inside = waiting.pop()
        own = component.key or component.path
        path = ".".join(part for part in (inside, own) if part)
        if component.key or component.type == "dynamiclist":
            if path in seen:
                message = f"The key {path!r} is used by {seen[path]} and {component.id}."
                findings.error("FORM-2003", message, element=component.id, at="key", fix="Give each field its own key.")
            seen.setdefault(path, component.id)
        if component.type == "dynamiclist":
            _check_keys(component.children, findings, path)
        else:
            waiting.extend((child, path) for child in reversed(component.children))


def _reacts(components: tuple[Component, ...]) -> bool:
    """True when something on the page depends on what is typed."""
    return any(_depends(component) or _reacts(component.children) for component in components)


def _depends(component: Component) -> bool:
    rules = component.rules
    given = (component.disabled, component.readonly, rules.minimum, rules.maximum, rules.min_length, rules.max_length)
    texts = (*component.text.texts.values(), *component.label.texts.values(), *component.description.texts.values())
    return bool(
        component.hide
        or component.expression
        or component.choices.feel
        or any(one.feel for one in given)
        or any(text.startswith("=") or _TEMPLATE.search(text) for text in texts)
    )
