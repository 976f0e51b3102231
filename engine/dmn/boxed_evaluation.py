"""Running boxed expressions, and knowledge models and services as functions (DMN 1.5 §10.2, §10.4)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, assert_never

from engine.dmn import model as m
from engine.dmn.codes import DecisionFailed, DmnCode
from engine.dmn.table_evaluation import Scope, broken, input_values, matching_rules, outcome
from engine.feel import to_plain
from engine.feel.compile_loops import turns_of
from engine.feel.errors import Code
from engine.feel.run import NO_TEXT, Run
from engine.feel.syntax import TypeNode
from engine.feel.types import convert
from engine.feel.values import FeelFunction, Value, kind_of

if TYPE_CHECKING:
    from engine.dmn.evaluation import Evaluation

Trace = dict[str, Any]


def evaluate(run: Evaluation, file: m.DmnFile, box: m.Boxed, scope: Scope, trace: Trace) -> Value:
    """The value of an expression, converted to the type that it declares."""
    value = _evaluate(run, file, box, scope, trace)
    return value if box.type is None or isinstance(box, m.BoxedFunction) else run.conform(file, value, box.type, "A value")


def _evaluate(run: Evaluation, file: m.DmnFile, box: m.Boxed, scope: Scope, trace: Trace) -> Value:  # noqa: C901 - one exhaustive match
    run.run.charge(1)
    match box:
        case m.Literal():
            return _text(run, box, scope)
        case m.DecisionTable():
            return _table(run, box, scope, trace)
        case m.BoxedContext():
            return _context(run, file, box, scope, trace)
        case m.BoxedList(items=items):
            return [evaluate(run, file, item, scope, {}) for item in items]
        case m.Relation(columns=columns, rows=rows):
            return [{c: evaluate(run, file, v, scope, {}) for c, v in zip(columns, row, strict=False)} for row in rows]
        case m.BoxedFunction():
            return BoxFunction(run, file, "", box, scope)
        case m.Invocation():
            return _invocation(run, file, box, scope)
        case m.Conditional(condition=condition, then=then, otherwise=otherwise):
            chosen = evaluate(run, file, condition, scope, {})
            if chosen is not None and type(chosen) is not bool:
                run.run.warn(Code.NOT_A_CONDITION, NO_TEXT, f"The condition of “if” is {kind_of(chosen)}.")
                return None
            return evaluate(run, file, then if chosen else otherwise, scope, trace)
        case m.BoxedFilter():
            return _filter(run, file, box, scope)
        case m.BoxedLoop():
            return _loop(run, file, box, scope)
        case _:
            assert_never(box)


def _text(run: Evaluation, literal: m.Literal, scope: Scope) -> Value:
    if literal.feel is None:
        raise broken(literal)
    around, run.run.text = run.run.text, literal.text
    value = literal.feel.run(scope, run.run)
    run.run.text = around
    return value


def _table(run: Evaluation, table: m.DecisionTable, scope: Scope, trace: Trace) -> Value:
    def text(literal: m.Literal, inner: Scope) -> Value:
        return _text(run, literal, inner)

    values = input_values(table, scope, run.run, text)
    trace["hitPolicy"] = f"{table.hit_policy} {table.aggregation or ''}".strip()
    trace["inputs"] = [{"label": c.label, "value": to_plain(v)} for c, v in zip(table.inputs, values, strict=True)]
    rules = matching_rules(table, values, scope, run.run)
    value, hits = outcome(table, rules, scope, run.run, text)
    names = [o.name or o.label or "result" for o in table.outputs]
    trace["rules"] = [
        {"id": rule.id, "number": rule.number, "outputs": {n: to_plain(v) for n, v in zip(names, outputs, strict=False)}}
        for rule, outputs in hits
    ]
    return value


def _context(run: Evaluation, file: m.DmnFile, box: m.BoxedContext, scope: Scope, trace: Trace) -> Value:
    inner, made = dict(scope), {}
    for entry in box.entries:
        value = evaluate(run, file, entry.value, inner, trace if entry.name is None else {})
        value = run.conform(file, value, entry.type, f"“{entry.name or 'The result'}”")
        if entry.name is None:
            return value
        inner[entry.name] = made[entry.name] = value
    return made


def _invocation(run: Evaluation, file: m.DmnFile, box: m.Invocation, scope: Scope) -> Value:
    function = evaluate(run, file, box.function, scope, {})
    given = {name: evaluate(run, file, value, scope, {}) for name, value in box.bindings}
    if isinstance(function, FeelFunction):
        return function.call_named(given, run.run)
    run.run.warn(Code.NO_FUNCTION, NO_TEXT, f"What is invoked is {kind_of(function)}, no function.")
    return None


def _filter(run: Evaluation, file: m.DmnFile, box: m.BoxedFilter, scope: Scope) -> Value:
    source = evaluate(run, file, box.source, scope, {})
    if source is None:
        return None
    kept: list[Value] = []
    for item in source if isinstance(source, list) else [source]:
        entries = item if isinstance(item, dict) else {}
        if evaluate(run, file, box.match, {**scope, "item": item, **entries}, {}) is True:
            kept.append(item)
    return kept


def _loop(run: Evaluation, file: m.DmnFile, box: m.BoxedLoop, scope: Scope) -> Value:
    turns = turns_of(evaluate(run, file, box.source, scope, {}), run.run)
    if turns is None:
        return None
    made: list[Value] = []
    for item in turns:
        run.run.check_size(len(made))
        inner = {**scope, box.variable: item}
        if box.kind == "for":
            inner["partial"] = list(made)
        made.append(evaluate(run, file, box.body, inner, {}))
    if box.kind == "for":
        return made
    # Unlike the textual form, every answer counts: one that is no boolean makes the whole null.
    deciding = box.kind == "some"
    return (deciding in made) is deciding if all(type(answer) is bool for answer in made) else None


def _fitting(file: m.DmnFile, arguments: Scope, types: Iterable[TypeNode | None], run: Run) -> Value:
    """The arguments as the declared types; None and a warning when one is of another, since then the call is null
    (§10.3.2.13.2)."""
    made: Scope = {}
    for (name, argument), wanted in zip(arguments.items(), types, strict=True):
        fits, made[name] = (True, argument) if wanted is None else convert(argument, wanted, file.types, run)
        if not fits:
            return run.wrong_arguments(f"“{name}” is {kind_of(argument)}, or not allowed, and so not of its declared type.")
    return made


class BoxFunction(FeelFunction):
    """A boxed function with the variables it saw."""

    def __init__(self, evaluation: Evaluation, file: m.DmnFile, name: str, function: m.BoxedFunction, scope: Scope) -> None:
        self.name = name
        self.parameters = tuple(p.name for p in function.parameters)
        self._evaluation, self._file, self._function, self._scope = evaluation, file, function, scope

    def scope(self) -> Scope:
        """The variables around the parameters."""
        return self._scope

    def call(self, arguments: list[Value], run: Run) -> Value:
        """The body's value; null and a warning when an argument does not fit its declared type."""
        if len(arguments) != len(self.parameters):
            return run.wrong_arguments(f"“{self.name}” takes {len(self.parameters)} arguments, not {len(arguments)}.")
        if self._function.body is None:
            raise DecisionFailed(DmnCode.NOTHING_TO_DECIDE, f"The function “{self.name}” has no expression.")
        named = dict(zip(self.parameters, arguments, strict=True))
        given = _fitting(self._file, named, [p.type for p in self._function.parameters], run)
        if given is None:
            return None
        run.enter()
        value = evaluate(self._evaluation, self._file, self._function.body, {**self.scope(), **given}, {})
        run.leave()
        return value


class KnowledgeFunction(BoxFunction):
    """A knowledge model; what it requires is looked up when it is called, so that it may call itself."""

    def __init__(self, evaluation: Evaluation, file: m.DmnFile, model: m.KnowledgeModel) -> None:
        super().__init__(evaluation, file, model.name, model.function, {})
        self._model = model

    def scope(self) -> Scope:
        """Functions it requires, and itself."""
        return {**self._evaluation.scope(self._file, self._model.requires), self.name: self}


class ServiceFunction(FeelFunction):
    """A decision service called from an expression: its input data, then its input decisions, are the parameters (§10.4)."""

    def __init__(self, evaluation: Evaluation, file: m.DmnFile, service: m.DecisionService) -> None:
        self.name = service.name
        self._decisions = [file.decisions[d] for d in service.input_decisions]
        self._inputs = [file.inputs[i] for i in service.inputs]
        self.parameters = (*(i.name for i in self._inputs), *(d.variable for d in self._decisions))
        self._types = (*(i.type for i in self._inputs), *(d.type for d in self._decisions))
        self._evaluation, self._file, self._service = evaluation, file, service

    def call(self, arguments: list[Value], run: Run) -> Value:
        """The service's result; null and a warning for arguments of other types."""
        if len(arguments) != len(self.parameters):
            return run.wrong_arguments(f"“{self.name}” takes {len(self.parameters)} arguments, not {len(arguments)}.")
        given = _fitting(self._file, dict(zip(self.parameters, arguments, strict=True)), self._types, run)
        if given is None:
            return None
        run.enter()
        value = self._evaluation.service(self._file, self._service, given)
        run.leave()
        return value
