"""Decisions as read from DMN: requirement graph, boxed expressions, tables (DMN 1.5 chapters 6–8 and §10.2). Immutable and
free of XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from engine.feel import CompiledExpression
from engine.feel.syntax import TypeNode
from engine.problems import Problem, Severity


class HitPolicy(StrEnum):
    """What a table answers when rules match (§8.2.10)."""

    UNIQUE = "UNIQUE"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    FIRST = "FIRST"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What COLLECT makes of the outputs (§8.2.10, table 38)."""

    SUM = "SUM"
    COUNT = "COUNT"
    MIN = "MIN"
    MAX = "MAX"


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal:
    """A FEEL text. `feel` is None when it could not be compiled; a problem says why."""

    text: str
    feel: CompiledExpression | None
    line: int
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableInput:
    """A column of conditions; `allowed` are its input values."""

    label: str
    expression: Literal
    allowed: Literal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableOutput:
    """A column of conclusions. `values` are the output values in the order of their priority, `default` when no rule
    matches, `type` what is declared."""

    name: str
    label: str
    values: tuple[Literal, ...] = ()
    default: Literal | None = None
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`number` counts from 1 as the table shows it. A condition is None for `-`. `annotations` are those of the annotation
    columns, `annotation` all of them in one."""

    id: str
    number: int
    line: int
    conditions: tuple[Literal | None, ...]
    outputs: tuple[Literal, ...]
    annotation: str = ""
    annotations: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class DecisionTable:
    id: str
    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[TableInput, ...]
    outputs: tuple[TableOutput, ...]
    rules: tuple[Rule, ...]
    type: TypeNode | None = None
    annotations: tuple[str, ...] = ()
    """The names of the annotation columns."""

    @cached_property
    def slots(self) -> int:
        """How many slots the frame of the largest condition needs."""
        cells = (c for rule in self.rules for c in rule.conditions if c is not None and c.feel is not None)
        return max((c.feel.slots for c in cells if c.feel is not None), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextEntry:
    """`name` None is the result of the context."""

    name: str | None
    value: Boxed
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedContext:
    entries: tuple[ContextEntry, ...]
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedList:
    items: tuple[Boxed, ...]
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    columns: tuple[str, ...]
    rows: tuple[tuple[Boxed, ...], ...]
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedParameter:
    name: str
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedFunction:
    parameters: tuple[BoxedParameter, ...]
    body: Boxed | None
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    function: Boxed
    bindings: tuple[tuple[str, Boxed], ...]
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditional:
    condition: Boxed
    then: Boxed
    otherwise: Boxed
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedFilter:
    """`match` sees the item as `item` and, when it is a context, its entries."""

    source: Boxed
    match: Boxed
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxedLoop:
    """`kind` is for, some or every."""

    kind: str
    variable: str
    source: Boxed
    body: Boxed
    type: TypeNode | None = None


Boxed = (
    Literal
    | DecisionTable
    | BoxedContext
    | BoxedList
    | Relation
    | BoxedFunction
    | Invocation
    | Conditional
    | BoxedFilter
    | BoxedLoop
)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData:
    id: str
    name: str
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What a decision or knowledge model needs, as references: an id, or `namespace#id` of an imported file."""

    decisions: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`variable` is the name under which other decisions see the result; `version_tag` is what `zeebe:versionTag` says."""

    id: str
    name: str
    variable: str
    line: int
    expression: Boxed | None
    requires: Requirements = Requirements()
    type: TypeNode | None = None
    version_tag: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeModel:
    """A function that decisions share (BKM, §6.3.9)."""

    id: str
    name: str
    line: int
    function: BoxedFunction
    requires: Requirements = Requirements()
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionService:
    """Decisions offered as one function (§6.3.10, §10.4)."""

    id: str
    name: str
    line: int
    outputs: tuple[str, ...]
    input_decisions: tuple[str, ...]
    inputs: tuple[str, ...]
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DmnFile:
    """One DMN document. It may be deployed when `problems` has no error. `imports` has imported files by their local name."""

    id: str
    name: str
    namespace: str
    resource: str
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    inputs: Mapping[str, InputData] = field(default_factory=dict)
    knowledge: Mapping[str, KnowledgeModel] = field(default_factory=dict)
    services: Mapping[str, DecisionService] = field(default_factory=dict)
    types: Mapping[str, TypeNode] = field(default_factory=dict)
    imports: Mapping[str, DmnFile] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether no problem is an error."""
        return all(p.severity is not Severity.ERROR for p in self.problems)

    def find(self, wanted: str) -> Decision | DecisionService | None:
        """A decision or service by id, else by name."""
        found = self.decisions.get(wanted) or self.services.get(wanted)
        return found or next((d for d in self.callable() if d.name == wanted), None)

    def callable(self) -> Iterator[Decision | DecisionService]:
        """All that can be evaluated by itself."""
        yield from self.decisions.values()
        yield from self.services.values()
