"""Evaluating decisions: required ones first, knowledge as functions, boxed expressions by one match (DMN 1.5 §10.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from engine.dmn import boxed_evaluation as boxes
from engine.dmn import model as m
from engine.dmn.codes import DecisionFailed, DmnCode
from engine.dmn.graph import resolve
from engine.dmn.table_evaluation import Scope
from engine.feel import Budget, FeelError, Warning_, to_plain
from engine.feel.errors import Code, near
from engine.feel.printer import type_text
from engine.feel.run import DEFAULT_BUDGET, NO_TEXT, Run
from engine.feel.syntax import TypeNode
from engine.feel.types import convert
from engine.feel.values import FeelFunction, Value, kind_of

DECISION_BUDGET = Budget(steps=DEFAULT_BUDGET.steps * 2)
"""A graph of decisions may cost more than one expression."""


class DecisionResult(NamedTuple):
    """`trace` has an entry for each decision that was evaluated, in order, as plain JSON data: `decision` (id), `name`,
    `inputs` (label and
    value: the columns of a table, else what the decision requires), `output`, and for a table `hitPolicy` and `rules` (id,
    number from 1, outputs)."""

    value: Value
    trace: list[dict[str, Any]]
    warnings: tuple[Warning_, ...] = ()


def evaluate_decision(
    file: m.DmnFile, decision: str, inputs: Mapping[str, Value], *, now: datetime, budget: Budget | None = None
) -> DecisionResult:
    """Evaluate a decision or decision service (its id or name) and all that it requires.

    Raises DecisionFailed for an unknown decision, rules that break their hit policy, a broken expression, or an evaluation
    over its budget.
    """
    found = file.find(decision)
    if found is None:
        names = [d.name for d in file.callable()]
        raise DecisionFailed(
            DmnCode.UNKNOWN_DECISION, f"There is no decision “{decision}” in {file.resource}.{near(decision, names)}"
        )
    evaluation = Evaluation(file, inputs, Run(now, budget or DECISION_BUDGET))
    try:
        if isinstance(found, m.DecisionService):
            value = evaluation.service(file, found, dict(inputs))
        else:
            value = evaluation.decision(file, found.id)
        return DecisionResult(value, evaluation.trace, tuple(evaluation.run.warnings))
    except FeelError as error:
        raise DecisionFailed(error.code, f"“{found.name}”: {error.message}") from error
    except RecursionError:
        raise DecisionFailed(Code.CALLS_TOO_DEEP, f"“{found.name}”: decisions and functions are nested too deeply.") from None


class Evaluation:
    """One evaluation: what is known so far, and the trace."""

    def __init__(
        self, file: m.DmnFile, inputs: Mapping[str, Value], run: Run, trace: list[dict[str, Any]] | None = None
    ) -> None:
        self.file, self.inputs, self.run = file, inputs, run
        self.trace: list[dict[str, Any]] = [] if trace is None else trace
        self._results: dict[tuple[str, str], Value] = {}
        self._open: list[tuple[str, str]] = []

    def give(self, file: m.DmnFile, decision: str, value: Value) -> None:
        """Set the result of a decision that a service takes from outside."""
        self._results[file.namespace, decision] = value

    def decision(self, file: m.DmnFile, own_id: str) -> Value:
        """The result of a decision, evaluated once."""
        key = (file.namespace, own_id)
        if key in self._results:
            return self._results[key]
        if key in self._open:
            raise DecisionFailed(DmnCode.REQUIRES_ITSELF, f"The decision “{own_id}” requires itself.")
        self._open.append(key)
        value = self._results[key] = self._evaluate(file, file.decisions[own_id])
        self._open.pop()
        return value

    def _evaluate(self, file: m.DmnFile, decision: m.Decision) -> Value:
        if decision.expression is None:
            self.run.warn(Code.BAD_VALUE, NO_TEXT, f"The decision “{decision.name}” has no expression; it is null.")
            return None
        scope = self.scope(file, decision.requires)
        entry: dict[str, Any] = {"decision": decision.id, "name": decision.name}
        noted = len(self.run.warnings)
        value = boxes.evaluate(self, file, decision.expression, scope, entry)
        value = self.conform(file, value, decision.type, f"The result of “{decision.name}”")
        self._name_warnings(noted, decision.name)
        if "inputs" not in entry:
            entry["inputs"] = self._seen_by(file, decision.requires, scope)
        self.trace.append({**entry, "output": to_plain(value)})
        return value

    def _name_warnings(self, first: int, name: str) -> None:
        found = self.run.warnings
        found[first:] = [
            w if w.message.startswith("In “") else w._replace(message=f"In “{name}”: {w.message}") for w in found[first:]
        ]

    def scope(self, file: m.DmnFile, needed: m.Requirements) -> Scope:
        """The variables that an expression with these requirements sees: all inputs, what it requires, and its functions."""
        scope: Scope = dict(self.inputs)
        for reference in needed.inputs:
            target, own_id, prefix = self._resolve(file, reference)
            item = target.inputs[own_id]
            given = self._given(target, item)
            put(scope, prefix, item.name, self.conform(target, given, item.type, f"The input “{item.name}”"))
        for reference in needed.decisions:
            target, own_id, prefix = self._resolve(file, reference)
            put(scope, prefix, target.decisions[own_id].variable, self.decision(target, own_id))
        for reference in needed.knowledge:
            target, own_id, prefix = self._resolve(file, reference)
            function = self._function(target, own_id)
            put(scope, prefix, function.name, function)
        return scope

    def _seen_by(self, file: m.DmnFile, needed: m.Requirements, scope: Scope) -> list[dict[str, Any]]:
        """The required inputs and decisions with their values, for the trace."""
        seen = []
        for reference in (*needed.inputs, *needed.decisions):
            target, own_id, prefix = self._resolve(file, reference)
            name = target.inputs[own_id].name if own_id in target.inputs else target.decisions[own_id].variable
            value = scope[name] if prefix is None else scope[prefix][name]
            seen.append({"label": name if prefix is None else f"{prefix}.{name}", "value": to_plain(value)})
        return seen

    def _resolve(self, file: m.DmnFile, reference: str) -> tuple[m.DmnFile, str, str | None]:
        found = resolve(file, reference)
        if found is not None and any(
            found[1] in t for t in (found[0].decisions, found[0].inputs, found[0].knowledge, found[0].services)
        ):
            return found
        raise DecisionFailed(DmnCode.UNKNOWN_DECISION, f"“{reference}” is required, but is not there.")

    def _given(self, file: m.DmnFile, item: m.InputData) -> Value:
        """The value for an input: in the context of the import that leads to its file, else by its plain name."""
        for source in _contexts_of(self.file, file, self.inputs):
            if item.name in source:
                return source[item.name]
        if item.name not in self.inputs:
            self.run.warn(Code.NO_VARIABLE, NO_TEXT, f"The input “{item.name}” was not given.{near(item.name, self.inputs)}")
        return self.inputs.get(item.name)

    def _function(self, file: m.DmnFile, own_id: str) -> FeelFunction:
        if own_id in file.knowledge:
            return boxes.KnowledgeFunction(self, file, file.knowledge[own_id])
        if own_id in file.services:
            return boxes.ServiceFunction(self, file, file.services[own_id])
        raise DecisionFailed(DmnCode.UNKNOWN_DECISION, f"The knowledge “{own_id}” is required, but is not there.")

    def service(self, file: m.DmnFile, service: m.DecisionService, given: Scope) -> Value:
        """The results of a service's output decisions for its inputs: the value of one, a context of several (§10.4)."""
        inner = Evaluation(file, given, self.run, self.trace)
        for own_id in service.input_decisions:
            decision = file.decisions[own_id]
            inner.give(file, own_id, inner.conform(file, given.get(decision.variable), decision.type, f"“{decision.name}”"))
        results = {file.decisions[o].variable: inner.decision(file, o) for o in service.outputs}
        value = next(iter(results.values())) if len(results) == 1 else results
        return self.conform(file, value, service.type, f"The result of “{service.name}”")

    def conform(self, file: m.DmnFile, value: Value, wanted: TypeNode | None, what: str) -> Value:
        """The value as its declared type; null and a warning when it is of another."""
        if wanted is None:
            return value
        fits, converted = convert(value, wanted, file.types, self.run)
        if not fits:
            kind, declared = kind_of(value), type_text(wanted)
            why = "none of its allowed values" if kind == declared else f"{kind}, not {declared}"
            self.run.warn(Code.WRONG_TYPE, NO_TEXT, f"{what} is {why}; it counts as null.")
        return converted


def _contexts_of(root: m.DmnFile, file: m.DmnFile, inputs: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    """Where inputs of `file` may stand among those given to `root`, its imports being contexts in them."""
    if root is file:
        yield inputs
    for name, imported in root.imports.items():
        inner = inputs.get(name)
        if isinstance(inner, Mapping):
            yield from _contexts_of(imported, file, inner)


def put(scope: Scope, prefix: str | None, name: str, value: Value) -> None:
    """Set a variable, inside the context of its import when it has one."""
    if prefix is None:
        scope[name] = value
    else:
        held = scope.get(prefix)
        scope[prefix] = {**(held if isinstance(held, dict) else {}), name: value}
