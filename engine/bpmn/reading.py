"""What all readers share while one file is read: problems, definitions at the top level, and how values become expressions."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.codes import Code
from engine.bpmn.juel import feel_for
from engine.bpmn.meanings import CODES
from engine.bpmn.names import bpmn_children, identifier, kind, line_of, reference
from engine.bpmn.vocabulary import words
from engine.feel import FeelSyntaxError, compile_expression
from engine.model.expression import Expression
from engine.problems import Problem, Severity

MAX_PROBLEMS = 1_000
"""Problems that are listed for one file."""
_REFUSALS = "BPMN-32"
_REFUSING = (Code.OTHER_ENGINE, Code.ELEMENT_MISPLACED, Code.ELEMENT_UNKNOWN)
_NOT_PLAIN = "It calls program code, or may mean something else in FEEL: say it anew, beginning with “=”."
_PARTS = words(
    "conditionExpression multiInstanceLoopCharacteristics standardLoopCharacteristics loopCardinality completionCondition "
    "complexBehaviorDefinition condition event "
    "timeDate timeDuration timeCycle extensionElements incoming outgoing documentation flowNodeRef eventDefinitionRef script "
    "property ioSpecification resourceRole performer humanPerformer potentialOwner dataInputAssociation dataOutputAssociation "
    "dataInput dataOutput inputSet outputSet assignment transformation inputDataItem outputDataItem loopDataInputRef "
    "loopDataOutputRef"
)
"""Elements that are drawn as a part of another one, though they may have ids."""


@dataclass(slots=True)
class Reading:
    """One file being read.

    `definitions` are the children of the root that have ids: messages, errors, event definitions and so on. `ids` are all ids
    that the file gives, `refused` those of elements that do not run, so that nobody complains about their surroundings too.
    `instantiating` are, by scope, the events whose event-based gateway starts an instance; it is filled when first asked.
    `foreign` collects what other products wrote, to be told once for each name; `translated` what of it has a counterpart here.
    """

    resource: str
    root: etree._Element
    problems: list[Problem] = field(default_factory=list)
    definitions: dict[str, etree._Element] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    refused: set[str] = field(default_factory=set)
    foreign: dict[tuple[Code, str], list[etree._Element]] = field(default_factory=dict)
    translated: dict[tuple[str, str], list[etree._Element]] = field(default_factory=dict)
    left_out: dict[Severity, int] = field(default_factory=dict)
    instantiating: dict[str, frozenset[str]] = field(default_factory=dict)
    _refused: list[Expression] = field(default_factory=list)

    def __post_init__(self) -> None:
        for child in bpmn_children(self.root):
            if identifier(child):
                self.definitions.setdefault(identifier(child), child)

    def error(
        self, code: Code, place: etree._Element, message: str, *, name: str | None = None, fix: str | None = None
    ) -> None:
        """Note an error at `place`; `name` is the attribute or part it is about, `fix` a better way out than its own."""
        self._note(code, place, Severity.ERROR, message=message, name=name, fix=fix)

    def warn(self, code: Code, place: etree._Element, message: str, *, name: str | None = None, fix: str | None = None) -> None:
        """Note a warning at `place`."""
        self._note(code, place, Severity.WARNING, message=message, name=name, fix=fix)

    def _note(
        self, code: Code, place: etree._Element, severity: Severity, *, message: str, name: str | None, fix: str | None
    ) -> None:
        element = owner_id(place)
        if element is not None and severity is Severity.ERROR and (code.startswith(_REFUSALS) or code in _REFUSING):
            self.refused.add(element)
        if len(self.problems) >= MAX_PROBLEMS:
            self.left_out[severity] = self.left_out.get(severity, 0) + 1
            return
        problem = Problem(
            code=code,
            message=message,
            resource=self.resource,
            severity=severity,
            element=element,
            field=name,
            line=line_of(place),
            fix=fix or CODES[code][1],
        )
        self.problems.append(problem)

    def note_foreign(self, code: Code, name: str, place: etree._Element) -> None:
        """Remember that another product says `name` at `place`."""
        self.foreign.setdefault((code, name), []).append(place)

    def note_translated(self, name: str, becomes: str, place: etree._Element) -> None:
        """Remember that a setting of another engine is read as one of here."""
        self.translated.setdefault((name, becomes), []).append(place)

    def tell_translated(self) -> None:
        """One warning for each setting, at its first place."""
        for (name, becomes), places in self.translated.items():
            more = f", here and in {len(places) - 1} more places" if len(places) > 1 else ""
            self.warn(Code.TRANSLATED, places[0], f"{name} is read as {becomes}{more}.")

    def tell_foreign(self) -> None:
        """One warning for each foreign name, at its first place."""
        for (code, name), places in self.foreign.items():
            more = f", here and in {len(places) - 1} more places" if len(places) > 1 else ""
            self.warn(code, places[0], f"{name} is not looked at{more}.")

    def tell_left_out(self) -> None:
        """One problem for those beyond the limit; an error when one of them was."""
        if self.left_out:
            severity = Severity.ERROR if Severity.ERROR in self.left_out else Severity.WARNING
            message = f"The file has {sum(self.left_out.values()):,} more problems, which are not listed."
            fix = CODES[Code.MORE_PROBLEMS][1]
            line = line_of(self.root)
            self.problems.append(
                Problem(code=Code.MORE_PROBLEMS, message=message, resource=self.resource, severity=severity, line=line, fix=fix)
            )

    def referenced(self, place: etree._Element, attribute: str, wanted: str) -> etree._Element | None:
        """The top-level `wanted` element that the QName in `attribute` names, or None with a problem when there is none.

        An absent attribute is None without a problem.
        """
        text = place.get(attribute)
        if text is None:
            return None
        found = self.definitions.get(text.strip())
        if found is None:
            found = self.definitions.get(reference(text))
        if found is None or kind(found) != wanted:
            self.error(Code.REFERENCE_UNKNOWN, place, f"There is no {wanted} “{text}” in the file.", name=attribute)
            return None
        return found

    def value(self, place: etree._Element, attribute: str, *, feel_only: bool = False) -> Expression | None:
        """The attribute as FEEL when it starts with ``=``, else as fixed text; None when it is absent or blank."""
        return self.expression(place, place.get(attribute) or "", attribute, feel_only=feel_only)

    def expression(self, place: etree._Element, text: str, name: str, *, feel_only: bool = False) -> Expression | None:
        """`text` as FEEL when it starts with ``=``, else as fixed text; None when blank. `feel_only` refuses fixed text.

        A broken expression is a problem and comes back as its text.
        """
        text = text.strip()
        if not text:
            return None
        if text.startswith("="):
            return self._compiled(place, text[1:].strip(), name)
        if "${" in text or "#{" in text:
            suggestion = feel_for(text)
            way_out = f"In FEEL it reads: {suggestion}" if suggestion else _NOT_PLAIN
            message = f"“{_shown(text)}” is not FEEL but the ${{…}} language of other engines."
            self.error(Code.JUEL, place, message, name=name, fix=way_out)
        elif feel_only and self.speaks_feel(place):
            return self._compiled(place, text, name)
        elif feel_only and (language := self._other_language(place)):
            message = f"The {name} is written in {language}, not in FEEL: “{_shown(text)}”."
            self.error(Code.SCRIPT_LANGUAGE, place, message, name=name, fix="Write it in FEEL, beginning with “=”.")
        elif feel_only:
            fix = f"Write ={text} if it is FEEL." if _compiles(text) else None
            self.error(
                Code.FEEL_REQUIRED, place, f"“{_shown(text)}” is not an expression: FEEL starts with “=”.", name=name, fix=fix
            )
        else:
            return Expression(text=text, line=line_of(place))
        return self._refuse(text, place)

    def fixed_text(self, expression: Expression) -> str | None:
        """The text of a fixed value that is still to be checked; None for FEEL and for what was refused already."""
        if not expression.is_fixed or any(expression is refused for refused in self._refused):
            return None
        return expression.text

    def _refuse(self, text: str, place: etree._Element) -> Expression:
        self._refused.append(Expression(text=text, line=line_of(place)))
        return self._refused[-1]

    def _other_language(self, place: etree._Element) -> str | None:
        """The language that the expression itself names."""
        language = place.get("language") if kind(place) else None
        return language or None

    def speaks_feel(self, place: etree._Element) -> bool:
        """True where the file, or the expression itself, says that its language is FEEL."""
        language = place.get("language") or self.root.get("expressionLanguage") or ""
        return kind(place) != "" and (language.lower() == "feel" or "/FEEL" in language)

    def _compiled(self, place: etree._Element, text: str, name: str) -> Expression:
        if not text:
            self.error(Code.FEEL_BROKEN, place, "There is no expression behind the “=”.", name=name)
            return self._refuse(text, place)
        try:
            return Expression(text=text, feel=compile_expression(text), line=line_of(place))
        except FeelSyntaxError as error:
            where = f"line {error.line}, column {error.column}" if "\n" in text else f"column {error.column}"
            self.error(
                Code.FEEL_BROKEN,
                place,
                f"“{_shown(text)}” does not compile: {error.message.rstrip('.')} ({where}, {error.code}).",
                name=name,
            )
            return self._refuse(text, place)

    def flag(self, place: etree._Element, attribute: str, *, default: bool) -> bool:
        """An xsd:boolean attribute; anything else than true, false, 1 or 0 is a problem."""
        text = place.get(attribute)
        if text is None:
            return default
        if text.strip() not in ("true", "false", "1", "0"):
            self.error(Code.ATTRIBUTE_VALUE, place, f"“{_shown(text)}” is neither true nor false.", name=attribute)
            return default
        return text.strip() in ("true", "1")


def owner_id(place: etree._Element) -> str | None:
    """The id of what is drawn at `place`: itself, or the flow node, flow, lane or process that it is part of."""
    candidate: etree._Element | None = place
    while candidate is not None:
        name, parent = kind(candidate), candidate.getparent()
        inside = not name or name in _PARTS or name.endswith("EventDefinition")
        if identifier(candidate) and (not inside or (parent is not None and kind(parent) == "definitions")):
            return identifier(candidate)
        candidate = parent
    return None


def _compiles(text: str) -> bool:
    try:
        compile_expression(text)
    except FeelSyntaxError:
        return False
    return True


def _shown(text: str) -> str:
    return text if len(text) <= 80 else text[:77] + "…"
