"""FEEL expressions against feelin, over one set for both, which gives the same results."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial

from engine.api import CompiledExpression, Value, compile_expression
from tests.benchmarks.measure import Figure, cpu, memory, say_memory
from tests.support.feelin import Feelin
from tests.support.feelin_values import same, written

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EVALUATIONS = 2_000
THEIR_EVALUATIONS = 200
PEER = "feelin 8.2 (Node)"
REGIONS = ("EU", "US", "APAC")

SCOPES: list[Mapping[str, Value]] = [
    {
        "amount": Decimal(number * 37 % 1000),
        "region": REGIONS[number % 3],
        "due": date(2026, 1 + number % 12, 15),
        "customer": {
            "name": f"Example {number}",
            "orders": [Decimal(n * number % 90) for n in range(5)],
            "vip": number % 2 == 0,
        },
        "lines": [{"price": Decimal(n + number), "quantity": Decimal(n % 4)} for n in range(4)],
    }
    for number in range(20)
]

EXPRESSIONS = (
    'amount * 2 + 1 > 100 and region = "EU"',
    "amount",
    'if amount > 500 then "large" else if amount > 100 then "middle" else "small"',
    "amount between 100 and 500",
    'region in ("EU", "US")',
    "amount in [100..500)",
    "customer.name",
    'customer.vip and contains(customer.name, "1")',
    'upper case(substring(region, 1, 2)) + "-" + string(amount)',
    "sum(customer.orders)",
    "max(customer.orders) - min(customer.orders)",
    "count(customer.orders[item > 40])",
    "lines[quantity > 1].price",
    "sum(for line in lines return line.price * line.quantity)",
    "some line in lines satisfies line.price > 10",
    "every order in customer.orders satisfies order < 90",
    'due + @"P1M" < @"2026-07-01"',
    "due.year * 100 + due.month",
    "{net: amount, tax: net * 0.25, gross: net + tax}.gross",
    "sort(customer.orders, function(a, b) a < b)[1]",
    "round half up(amount / 7, 2)",
    'string join(for line in lines return string(line.quantity), ",")',
    'not(region = "EU") or amount >= 250',
    "if customer.vip then amount * 0.875 else amount",
)


def figures() -> list[Figure]:
    """One evaluation, on average over the set; and of the expression at which we lead least."""
    with Feelin() as feelin:
        pairs = {text: _compared(feelin, text) for text in EXPRESSIONS}
        _, theirs = feelin.measure("expression", EXPRESSIONS[0], SCOPES, THEIR_EVALUATIONS)
    slowest = min(pairs, key=lambda text: pairs[text][1] / pairs[text][0])
    every = f"evaluating a FEEL expression, on average of {len(EXPRESSIONS)}"
    means = [sum(pair[who] for pair in pairs.values()) / len(pairs) for who in (0, 1)]
    what = "peak memory of a process that evaluates so"
    memories = [memory(what, "Ringi", __name__), Figure(what=what, who=PEER, value=theirs / 1024, unit="MiB")]
    return [*_both(every, *means), *_both(f"the smallest lead: {slowest}", *pairs[slowest]), *memories]


def _both(what: str, ours: float, theirs: float) -> list[Figure]:
    return [Figure(what=what, who="Ringi", value=ours), Figure(what=what, who=PEER, value=theirs)]


def _compared(feelin: Feelin, text: str) -> tuple[float, float]:
    """Microseconds of one evaluation: ours, compiled once as in use, and theirs."""
    compiled = compile_expression(text)
    for scope in SCOPES:
        ours, theirs = written(compiled.evaluate(scope, now=NOW).value), feelin.ask("expression", text, scope)["value"]
        assert same(ours, theirs), (text, ours, theirs)
    seconds, _ = feelin.measure("expression", text, SCOPES, THEIR_EVALUATIONS)
    return cpu(text, "Ringi", EVALUATIONS, partial(_evaluate, compiled), rounds=3).value, seconds / THEIR_EVALUATIONS * 1e6


def _evaluate(compiled: CompiledExpression) -> None:
    for number in range(EVALUATIONS):
        compiled.evaluate(SCOPES[number % len(SCOPES)], now=NOW)


if __name__ == "__main__":
    for expression in EXPRESSIONS:
        _evaluate(compile_expression(expression))
    say_memory()
