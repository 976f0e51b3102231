"""Going through a file's decisions and knowledge models once, in the order in which they need each other."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.dmn import model as m
from engine.dmn.checking.boxes import box_type, function_type
from engine.dmn.checking.findings import Findings
from engine.dmn.checking.scopes import Scope, scope_for, service_type
from engine.feel import syntax as s
from engine.feel.errors import Code
from engine.feel.static import kinds as k
from engine.feel.syntax import TypeNode
from engine.feel.types import ANY, Types
from engine.feel.values import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands. When `closed`, its scope has all names that it may use."""

    element: str
    field: str
    line: int
    closed: bool

    def at(self, field: str, line: int = 0) -> Place:
        """A part of it."""
        return replace(self, field=field, line=line or self.line)

    def opened(self) -> Place:
        """The same where names may be used that nobody declared."""
        return replace(self, closed=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedTable:
    """A decision table with the id and name of the decision or knowledge model that it is a part of, the types of its input
    columns, and what its expressions see."""

    element: str
    name: str
    table: m.DecisionTable
    columns: tuple[TypeNode, ...]
    scope: Scope
    types: Types


class Walk:
    """One file being looked at; those that it imports are looked at in silence, for the types of what they give."""

    def __init__(self, file: m.DmnFile) -> None:
        self.file, self.types = file, file.types
        self.findings = Findings(file)
        self.tables: list[PlacedTable] = []
        self._known: dict[str, TypeNode] = {}
        self._open: set[str] = set()
        self._others: dict[str, Walk] = {}

    def all(self) -> None:
        """Look at everything in the file."""
        for own_id in (*self.file.decisions, *self.file.knowledge):
            self.type_of(self.file, own_id)

    def type_of(self, file: m.DmnFile, own_id: str) -> TypeNode:
        """The type of a decision's result, or of a knowledge model or service as a function; Any for a circle."""
        if file is not self.file:
            if file.namespace not in self._others:
                self._others[file.namespace] = Walk(file)
            return self._others[file.namespace].type_of(file, own_id)
        if own_id not in self._known:
            if own_id in self._open:
                return ANY
            self._open.add(own_id)
            self._known[own_id] = self._look_at(own_id)
            self._open.discard(own_id)
        return self._known[own_id]

    def _look_at(self, own_id: str) -> TypeNode:
        if own_id in self.file.decisions:
            return self._decision(self.file.decisions[own_id])
        if own_id in self.file.knowledge:
            return self._knowledge(self.file.knowledge[own_id])
        service = self.file.services.get(own_id)
        return ANY if service is None else service_type(self.file, service, self.type_of)

    def _decision(self, decision: m.Decision) -> TypeNode:
        # Tables without drawn inputs read whatever variables the caller has: then no name is wrong.
        place = Place(decision.id, "expression", decision.line, bool(decision.requires.inputs))
        if decision.expression is None:
            return decision.type or ANY
        scope = scope_for(self.file, decision.requires, self.type_of)
        found = box_type(self, decision.expression, scope, place)
        if decision.type is not None:
            self.conform(found, decision.type, place, f"The result of “{decision.name}”")
        return decision.type or found

    def _knowledge(self, model: m.KnowledgeModel) -> TypeNode:
        place = Place(model.id, "expression", model.line, True)
        scope = scope_for(self.file, model.requires, self.type_of)
        parameters = tuple(p.type or ANY for p in model.function.parameters)
        scope[model.name] = s.FunctionType(parameters, ANY, tuple(p.name for p in model.function.parameters))
        return function_type(self, model.function, scope, place)

    def note_table(self, table: m.DecisionTable, columns: tuple[TypeNode, ...], scope: Scope, place: Place) -> None:
        """Keep a table for the analysis of its rules."""
        owner = self.file.decisions.get(place.element) or self.file.knowledge.get(place.element)
        name = owner.name if owner is not None else place.element
        self.tables.append(
            PlacedTable(element=place.element, name=name, table=table, columns=columns, scope=scope, types=self.types)
        )

    def conform(self, found: TypeNode, declared: TypeNode, place: Place, what: str) -> None:
        """Note a value that is never of its declared type."""
        if misfits(found, declared, self.types):
            message = f"{what} is {k.told(found, self.types)}, but is declared as {k.told(declared, self.types)}."
            self.findings.declared(place.element, place.line, place.field, message)

    def condition(self, found: TypeNode, place: Place) -> None:
        """Note a condition that is never true or false."""
        kinds = k.kinds_of(found, self.types)
        if kinds is not None and not kinds & {Kind.BOOLEAN, Kind.NULL}:
            message = f"The condition is {k.told(found, self.types)}, never true or false."
            self.findings.declared(place.element, place.line, place.field, message, Code.NOT_A_CONDITION)


def misfits(found: TypeNode, declared: TypeNode, types: Types, depth: int = 0) -> bool:
    """Whether no value of one type is ever taken as the other, conversions included (§10.3.2.9.4)."""
    ours, theirs = k.kinds_of(found, types), k.kinds_of(declared, types)
    if ours is None or theirs is None or ours & theirs or Kind.NULL in ours | theirs or depth > k.MAX_NESTING:
        return False
    if Kind.LIST in ours or Kind.LIST in theirs:
        # One item and a list of one are taken as each other.
        return misfits(k.item_of(found, types), k.item_of(declared, types), types, depth + 1)
    return not (Kind.DATE in ours and Kind.DATE_TIME in theirs)
