"""One component of form-js JSON after the other, read into the model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from engine.api import CompiledExpression, Value, from_plain
from runtime.forms.findings import Findings
from runtime.forms.model import (
    COLUMNS,
    CONTAINERS,
    INPUTS,
    TYPES,
    Choices,
    Component,
    DateFormat,
    Given,
    NumberFormat,
    Option,
    Repeat,
    Rules,
    Words,
)
from runtime.forms.patterns import refusal
from runtime.i18n import LANGUAGES

MAX_COMPONENTS = 500
MAX_DEPTH = 10
RESERVED = frozenset({"csrf_token"})
_KEY = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*", re.UNICODE)
_COMMON = frozenset(
    {"id", "type", "key", "path", "label", "description", "layout", "conditional", "disabled", "readonly", "validate"}
    | {"properties", "appearance", "defaultValue"}
)
_EXTRA: Mapping[str, frozenset[str]] = {
    "text": frozenset({"text"}),
    "spacer": frozenset({"height"}),
    "button": frozenset({"action"}),
    "number": frozenset({"decimalDigits", "increment", "serializeToString"}),
    "datetime": frozenset(
        {"subtype", "dateLabel", "timeLabel", "timeSerializingFormat", "timeInterval", "disallowPassedDates", "use24h"}
    ),
    "expression": frozenset({"expression", "computeOn"}),
    "group": frozenset({"components", "showOutline", "verticalAlignment"}),
    "dynamiclist": frozenset(
        {"components", "showOutline", "isRepeating", "allowAddRemove", "defaultRepetitions", "disableCollapse"}
        | {"nonCollapsedItems", "verticalAlignment"}
    ),
}
_CHOICE_EXTRA = frozenset({"values", "valuesKey", "valuesExpression", "searchable", "clearable"})
_RULES = frozenset({"required", "min", "max", "minLength", "maxLength", "pattern", "patternErrorMessage", "validationType"})
_SUBTYPES = frozenset({"date", "time", "datetime"})


class Reader:
    """Reads the components of one form and notes what is wrong in `findings`."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.count = 0

    def components(self, given: Any, *, depth: int) -> tuple[Component, ...]:
        """All components of one container. Ones of an unknown type are noted and left out."""
        if depth > MAX_DEPTH:
            self.findings.error("FORM-2006", f"The form nests deeper than {MAX_DEPTH} containers.", fix="Flatten the groups.")
            return ()
        found = [self.component(one, depth) for one in given or () if isinstance(one, Mapping)]
        return tuple(component for component in found if component is not None)

    def component(self, raw: Mapping[str, Any], depth: int) -> Component | None:
        """One component with its children."""
        self.count += 1
        kind, own = str(raw.get("type", "")), str(raw.get("id") or raw.get("key") or f"component {self.count}")
        if self.count > MAX_COMPONENTS:
            if self.count == MAX_COMPONENTS + 1:
                self.findings.error("FORM-2006", f"The form has more than {MAX_COMPONENTS} components.", fix="Split the form.")
            return None
        if kind not in TYPES:
            message = f"A component of type {kind!r} cannot be shown."
            self.findings.error("FORM-2002", message, element=own, at="type", fix=f"Use one of: {', '.join(sorted(TYPES))}.")
            return None
        self.findings.unknown(raw, _COMMON | _EXTRA.get(kind, frozenset()) | _CHOICE_EXTRA, own)
        return self._built(raw, kind, own, depth)

    def _built(self, raw: Mapping[str, Any], kind: str, own: str, depth: int) -> Component:
        layout, appearance = _mapping(raw.get("layout")), _mapping(raw.get("appearance"))
        columns = layout.get("columns")
        return Component(
            id=own,
            type=kind,
            key=self._key(raw, kind, own),
            path=self._path(raw, kind, own),
            label=self._words(raw, _label_property(raw, kind), own, "label"),
            description=self._words(raw, "description", own),
            text=self._words(raw, "text", own),
            hide=self._feel(_mapping(raw.get("conditional")).get("hide"), own, "conditional.hide"),
            disabled=self._given(raw.get("disabled", False), own, "disabled"),
            readonly=self._given(raw.get("readonly", False), own, "readonly"),
            default=from_plain(raw.get("defaultValue")),
            rules=self._rules(raw, own),
            choices=self._choices(raw, own),
            number=_number(raw),
            date=self._date(raw, own),
            repeat=Repeat(initial=_whole(raw.get("defaultRepetitions"), 1), editable=bool(raw.get("allowAddRemove", True))),
            expression=self._feel(raw.get("expression"), own, "expression") if kind == "expression" else None,
            prefix=self._words(appearance, "prefixAdorner", own, properties=raw),
            suffix=self._words(appearance, "suffixAdorner", own, properties=raw),
            autocomplete=str(_mapping(raw.get("properties")).get("autocomplete", "")),
            trap=str(_mapping(raw.get("properties")).get("trap", "")) == "true",
            outline=bool(raw.get("showOutline", False)),
            row=str(layout.get("row") or ""),
            columns=columns if isinstance(columns, int) and 1 <= columns <= COLUMNS else None,
            height=_whole(raw.get("height"), 0),
            children=self.components(raw.get("components"), depth=depth + 1) if kind in CONTAINERS else (),
        )

    def _key(self, raw: Mapping[str, Any], kind: str, own: str) -> str:
        return self._name(str(raw.get("key") or ""), own, "key") if kind in INPUTS else ""

    def _path(self, raw: Mapping[str, Any], kind: str, own: str) -> str:
        path = str(raw.get("path") or "") if kind in CONTAINERS else ""
        return self._name(path, own, "path") if path or kind == "dynamiclist" else ""

    def _name(self, name: str, own: str, at: str) -> str:
        if not _KEY.fullmatch(name) or name in RESERVED:
            fix = "Use letters, digits and underscores, a letter first; a dot goes into a context."
            message = f"The {at} {name!r} cannot be the name of a variable."
            self.findings.error("FORM-2003", message, element=own, at=at, fix=fix)
        return name

    def _words(
        self,
        raw: Mapping[str, Any],
        name: str,
        own: str,
        called: str | None = None,
        *,
        properties: Mapping[str, Any] | None = None,
    ) -> Words:
        """A text with its translations from ``properties`` ("label.ja"). FEEL in it is compiled once here to find mistakes."""
        extra = _mapping((properties or raw).get("properties"))
        texts = {"": str(raw.get(name) or raw.get(called or name) or "")}
        texts |= {language: str(extra[key]) for language in LANGUAGES if (key := f"{called or name}.{language}") in extra}
        for text in texts.values():
            self._check_template(text, own, called or name)
        return Words({language: text for language, text in texts.items() if text})

    def _check_template(self, text: str, own: str, at: str) -> None:
        if text.startswith("="):
            self.findings.feel(text, own, at)
        for place in re.findall(r"\{\{(.*?)\}\}", text, re.DOTALL):
            self.findings.feel(place, own, at)

    def _feel(self, text: Any, own: str, at: str) -> CompiledExpression | None:
        return self.findings.feel(text, own, at) if isinstance(text, str) and text.strip() else None

    def _given(self, value: Any, own: str, at: str) -> Given:
        if isinstance(value, str) and value.startswith("="):
            return Given(feel=self.findings.feel(value, own, at))
        return Given(from_plain(value))

    def _rules(self, raw: Mapping[str, Any], own: str) -> Rules:
        rules, properties = _mapping(raw.get("validate")), _mapping(raw.get("properties"))
        self.findings.unknown(rules, _RULES, own, "validate.")
        pattern = str(rules.get("pattern") or "") or None
        why = refusal(pattern) if pattern else None
        if why:
            self.findings.error("FORM-2005", why, element=own, at="validate.pattern", fix="Write a simpler pattern.")
        kind = str(rules.get("validationType") or "") or None
        if kind not in {None, "custom", "email", "phone"}:
            message = f"The validation type {kind!r} is not known."
            self.findings.error("FORM-2001", message, element=own, at="validate.validationType")
        return Rules(
            required=bool(rules.get("required", False)),
            minimum=self._given(rules.get("min"), own, "validate.min"),
            maximum=self._given(rules.get("max"), own, "validate.max"),
            min_length=self._given(rules.get("minLength"), own, "validate.minLength"),
            max_length=self._given(rules.get("maxLength"), own, "validate.maxLength"),
            pattern=None if why else pattern,
            pattern_message=self._words(rules, "patternErrorMessage", own, properties={"properties": properties}),
            kind=kind,
        )

    def _choices(self, raw: Mapping[str, Any], own: str) -> Choices:
        properties = _mapping(raw.get("properties"))
        options = []
        for one in raw.get("values") or ():
            value = one.get("value") if isinstance(one, Mapping) else one
            texts = {"": str((one.get("label") if isinstance(one, Mapping) else None) or value)}
            keys = {language: f"values.{value}.{language}" for language in LANGUAGES}
            texts |= {language: str(properties[key]) for language, key in keys.items() if key in properties}
            options.append(Option(value=from_plain(value), label=Words(texts)))
        return Choices(
            fixed=tuple(options),
            key=str(raw.get("valuesKey") or "") or None,
            feel=self._feel(raw.get("valuesExpression"), own, "valuesExpression"),
        )

    def _date(self, raw: Mapping[str, Any], own: str) -> DateFormat:
        subtype = str(raw.get("subtype") or "date")
        if raw.get("type") == "datetime" and subtype not in _SUBTYPES:
            self.findings.error("FORM-2001", f"The subtype {subtype!r} is not known.", element=own, at="subtype")
        return DateFormat(
            subtype=subtype,
            serializing=str(raw.get("timeSerializingFormat") or "utc_offset"),
            interval=_whole(raw.get("timeInterval"), 15),
            no_past=bool(raw.get("disallowPassedDates", False)),
            time_label=self._words(raw, "timeLabel", own) if raw.get("type") == "datetime" else Words(),
        )


def _label_property(raw: Mapping[str, Any], kind: str) -> str:
    if kind != "datetime":
        return "label"
    return "timeLabel" if raw.get("subtype") == "time" else "dateLabel"


def _number(raw: Mapping[str, Any]) -> NumberFormat:
    digits = raw.get("decimalDigits")
    return NumberFormat(
        digits=digits if isinstance(digits, int) and digits >= 0 else None,
        increment=_amount(raw.get("increment")),
        as_text=bool(raw.get("serializeToString", False)),
    )


def _amount(given: Any) -> Value:
    """The editor stores an increment as a number or as a text."""
    try:
        return from_plain(float(given)) if isinstance(given, str) else from_plain(given)
    except ValueError:
        return None


def _whole(given: Any, otherwise: int) -> int:
    return given if isinstance(given, int) and not isinstance(given, bool) and given >= 0 else otherwise


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}
