"""Running a decision table: which rules match, and what the hit policy makes of them (DMN 1.5 §8.2.8–10)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from engine.dmn import model as m
from engine.dmn.codes import DecisionFailed, DmnCode
from engine.feel.arithmetic import operation_for
from engine.feel.compare import equal, order
from engine.feel.errors import Code, Warning_
from engine.feel.run import MAX_WARNINGS, NO_TEXT, Frame, Run
from engine.feel.values import Value

Scope = dict[str, Value]
Texts = Callable[[m.Literal, Scope], Value]
"""How a FEEL text of the table is evaluated."""
Hit = tuple[m.Rule, tuple[Value, ...]]
"""A matching rule and its outputs."""


def input_values(table: m.DecisionTable, scope: Scope, run: Run, evaluate: Texts) -> list[Value]:
    """The value of each input column; one outside its allowed values is null and warns."""
    values: list[Value] = []
    for column in table.inputs:
        value = evaluate(column.expression, scope)
        if value is not None and column.allowed is not None and evaluate(column.allowed, {**scope, "?": value}) is not True:
            run.warn(
                Code.BAD_VALUE, NO_TEXT, f"The value of “{column.label}” is none of its allowed values: {column.allowed.text}."
            )
            value = None
        values.append(value)
    return values


def matching_rules(table: m.DecisionTable, values: list[Value], scope: Scope, run: Run) -> list[m.Rule]:
    """The rules whose conditions all hold, in table order: column by column, so that each column narrows the next."""
    rules: list[m.Rule] = list(table.rules)
    slots = [None] * table.slots
    for column, value in enumerate(values):
        frame = Frame({**scope, "?": value}, slots, run)
        run.charge(len(rules))
        noted, tested = len(run.warnings), rules
        rules = [rule for rule in rules if _holds(rule.conditions[column], frame)]
        if len(run.warnings) > noted:
            run.warnings[noted:] = _warnings_by_rule(tested, column, frame)[: MAX_WARNINGS - noted]
    return rules


def _warnings_by_rule(rules: list[m.Rule], column: int, frame: Frame) -> list[Warning_]:
    """The warnings of a column's conditions with the rule they come from. Tested once more, so that others cost nothing."""
    found: list[Warning_] = []
    for rule in rules:
        alone = Run(frame.run.now, frame.run.budget)
        _holds(rule.conditions[column], Frame(frame.scope, frame.slots, alone))
        text = condition.text if (condition := rule.conditions[column]) is not None else ""
        found += [w._replace(message=f"Rule {rule.number}: {w.message}", text=text) for w in alone.warnings]
        if len(found) >= MAX_WARNINGS:
            break
    return found


def _holds(condition: m.Literal | None, frame: Frame) -> bool:
    if condition is None:
        return True
    if condition.feel is None:
        raise broken(condition)
    return condition.feel.code(frame) is True


def broken(literal: m.Literal) -> DecisionFailed:
    """The failure of running a text that could not be compiled."""
    return DecisionFailed(DmnCode.BROKEN_EXPRESSION, f"The expression “{literal.text[:80]}” (line {literal.line}) is not FEEL.")


def outcome(table: m.DecisionTable, rules: list[m.Rule], scope: Scope, run: Run, evaluate: Texts) -> tuple[Value, list[Hit]]:
    """The table's value and the rules that made it; raises DecisionFailed when the rules break the hit policy."""
    if table.hit_policy is m.HitPolicy.FIRST:
        rules = rules[:1]
    if table.hit_policy is m.HitPolicy.UNIQUE and len(rules) > 1:
        raise DecisionFailed(
            DmnCode.NOT_UNIQUE,
            f"The hit policy is UNIQUE, but {_named(rules)} match the same input. Make them exclude each other.",
        )
    hits: list[Hit] = [(rule, tuple(evaluate(o, scope) for o in rule.outputs)) for rule in rules]
    if not hits:
        return _default(table, scope, evaluate), hits
    return _POLICIES[table.hit_policy](table, hits, run, evaluate), hits


def _named(rules: list[m.Rule]) -> str:
    names = [f"{r.number} ({r.id})" if r.id else str(r.number) for r in rules]
    return f"rules {', '.join(names[:-1])} and {names[-1]}"


def _shaped(table: m.DecisionTable, outputs: tuple[Value, ...]) -> Value:
    """One output is its bare value, several are a context."""
    if len(table.outputs) == 1:
        return outputs[0]
    return {column.name: value for column, value in zip(table.outputs, outputs, strict=False)}


def _default(table: m.DecisionTable, scope: Scope, evaluate: Texts) -> Value:
    if any(column.default is not None for column in table.outputs):
        return _shaped(table, tuple(None if c.default is None else evaluate(c.default, scope) for c in table.outputs))
    if table.hit_policy is m.HitPolicy.COLLECT and table.aggregation is None:
        return []
    return Decimal(0) if table.aggregation is m.Aggregation.COUNT else None


def _only(table: m.DecisionTable, hits: list[Hit], run: Run, evaluate: Texts) -> Value:
    return _shaped(table, hits[0][1])


def _any(table: m.DecisionTable, hits: list[Hit], run: Run, evaluate: Texts) -> Value:
    first = list(hits[0][1])
    other = next((rule for rule, outputs in hits if equal(list(outputs), first, run) is not True), None)
    if other is not None:
        raise DecisionFailed(
            DmnCode.NOT_ANY,
            f"The hit policy is ANY, but {_named([hits[0][0], other])} match with different outputs. Make them agree.",
        )
    return _shaped(table, hits[0][1])


def _priority(table: m.DecisionTable, hits: list[Hit], run: Run, evaluate: Texts) -> Value:
    return _shaped(table, _by_priority(table, hits, evaluate)[0][1])


def _in_rule_order(table: m.DecisionTable, hits: list[Hit], run: Run, evaluate: Texts) -> Value:
    return [_shaped(table, outputs) for _, outputs in hits]


def _in_output_order(table: m.DecisionTable, hits: list[Hit], run: Run, evaluate: Texts) -> Value:
    return [_shaped(table, outputs) for _, outputs in _by_priority(table, hits, evaluate)]


def _by_priority(table: m.DecisionTable, hits: list[Hit], evaluate: Texts) -> list[Hit]:
    """Sorted by the place of each output among its column's values, the first column first; stable."""

    def rank(hit: Hit) -> list[int]:
        return [_place(column, value, evaluate) for column, value in zip(table.outputs, hit[1], strict=False) if column.values]

    return sorted(hits, key=rank)


def _place(column: m.TableOutput, value: Value, evaluate: Texts) -> int:
    scope = {"?": value}
    return next((n for n, test in enumerate(column.values) if evaluate(test, scope) is True), len(column.values))


def _collect(table: m.DecisionTable, hits: list[Hit], run: Run, evaluate: Texts) -> Value:
    collected = [_shaped(table, outputs) for _, outputs in hits]
    match table.aggregation:
        case None:
            return collected
        case m.Aggregation.COUNT:
            return Decimal(len(collected))
        case m.Aggregation.SUM:
            return _sum(collected, run)
        case m.Aggregation.MIN:
            return _extreme(collected, run, -1)
        case m.Aggregation.MAX:
            return _extreme(collected, run, 1)


def _sum(values: list[Value], run: Run) -> Value:
    total = values[0]
    for value in values[1:]:
        add = operation_for("+", total, value)
        try:
            total = None if add is None else add(total, value)
        except (ArithmeticError, ValueError):
            total = None
        if total is None:
            run.warn(Code.WRONG_TYPE, NO_TEXT, "COLLECT SUM adds numbers or durations of one kind.")
            return None
    return total


def _extreme(values: list[Value], run: Run, sign: int) -> Value:
    best = values[0]
    for value in values[1:]:
        found = order(value, best)
        if found is None:
            run.warn(Code.NOT_COMPARABLE, NO_TEXT, "COLLECT MIN and MAX need outputs that can be compared.")
            return None
        best = value if found * sign > 0 else best
    return best


_POLICIES: dict[m.HitPolicy, Callable[[m.DecisionTable, list[Hit], Run, Texts], Value]] = {
    m.HitPolicy.UNIQUE: _only,
    m.HitPolicy.ANY: _any,
    m.HitPolicy.PRIORITY: _priority,
    m.HitPolicy.FIRST: _only,
    m.HitPolicy.RULE_ORDER: _in_rule_order,
    m.HitPolicy.OUTPUT_ORDER: _in_output_order,
    m.HitPolicy.COLLECT: _collect,
}
"""What each hit policy makes of at least one hit."""
