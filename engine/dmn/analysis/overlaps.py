"""Rules that match the same input where the hit policy forbids it (DMN 1.5 §8.2.10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.dmn import model as m
from engine.dmn.analysis.examined import Examined
from engine.dmn.analysis.findings import TableFinding
from engine.dmn.analysis.index import Rules, members
from engine.dmn.analysis.outputs import Answers, answers_of
from engine.dmn.analysis.words import example_of, example_told, region_told, rules_told
from engine.dmn.codes import CODES, DmnCode
from engine.problems import Severity

MAX_TOLD = 10
"""More findings of one code are counted."""


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The later rules that meet a rule, without those that contain it or lie in it."""

    rule: int
    others: Rules


def overlaps(examined: Examined) -> Iterator[TableFinding]:
    """What UNIQUE and ANY forbid; nothing for other hit policies."""
    policy = examined.table.hit_policy
    if policy not in (m.HitPolicy.UNIQUE, m.HitPolicy.ANY):
        return
    answers = answers_of(examined.table, examined.placed.types) if policy is m.HitPolicy.ANY else None
    pairs: list[_Pairs] = []
    containers: dict[int, Rules] = {}
    for rule in members(examined.possible):
        others = examined.sure_to_meet(rule)
        if answers is not None:
            others &= ~answers.alike[answers.keys[rule]]
        if not others:
            continue
        around = examined.sure_to_contain(rule) & others
        if around:
            containers[rule] = around
        later = others & ~around & ~examined.sure_to_be_inside(rule) & -(1 << rule)
        if later:
            pairs.append(_Pairs(rule, later))
    yield from _fatal(examined, containers, answers)
    yield from _plain(examined, pairs, answers)


def _fatal(examined: Examined, containers: dict[int, Rules], answers: Answers | None) -> Iterator[TableFinding]:
    """Rules that never match alone, together with the first rule that always matches beside them."""
    groups: dict[int, Rules] = {}
    for rule, around in containers.items():
        # Of two rules that match the same, the later one is told.
        told = [other for other in members(around) if other < rule or not containers.get(other, 0) >> rule & 1]
        if told:
            groups[told[0]] = groups.get(told[0], 0) | 1 << rule
    for number, (container, inside) in enumerate(groups.items()):
        if number < MAX_TOLD:
            yield _never_answers(examined, container, inside, answers)
    yield from _more(len(groups), DmnCode.NEVER_ANSWERS)


def _never_answers(examined: Examined, container: int, inside: Rules, answers: Answers | None) -> TableFinding:
    numbers = examined.numbers(inside)
    one = len(numbers) == 1
    first = next(members(inside))
    sure = answers is None or (answers.known >> container & 1 and not inside & ~answers.known)
    verb = "can only fail" if sure else "never matches alone" if one else "never match alone"
    what = (
        "the hit policy UNIQUE allows one rule only" if answers is None else f"they {'' if sure else 'may '}answer differently"
    )
    dimensions, box = examined.clear(examined.box(first), first)
    example = example_told(dimensions, box) if one else ""
    return TableFinding(
        code=DmnCode.NEVER_ANSWERS if sure else DmnCode.CONFLICT,
        severity=Severity.WARNING,
        message=(
            f"{rules_told(numbers, capital=True)} {verb}: whenever {'it matches' if one else 'one of them matches'}, "
            f"rule {examined.number(container)} matches too, and {what}{example}."
        ),
        fix=CODES[DmnCode.NEVER_ANSWERS][1],
        rules=(*numbers, examined.number(container)),
        example=example_of(dimensions, box),
    )


def _plain(examined: Examined, pairs: list[_Pairs], answers: Answers | None) -> Iterator[TableFinding]:
    """Rules that match some inputs together."""
    for pair in pairs[:MAX_TOLD]:
        other = next(members(pair.others))
        dimensions, box = examined.clear(examined.common(pair.rule, other), pair.rule, other)
        numbers = examined.numbers(pair.others)
        unclear = examined.unclear(pair.rule, other)
        besides = f" (and “{unclear}” holds)" if unclear else ""
        fails = _consequence(answers, pair.rule, other)
        more = f" Rule {examined.number(pair.rule)} meets {rules_told(numbers[1:])} as well." if len(numbers) > 1 else ""
        example = example_told(dimensions, box)
        yield TableFinding(
            code=DmnCode.OVERLAP if answers is None else DmnCode.CONFLICT,
            severity=Severity.WARNING,
            message=(
                f"Rules {examined.number(pair.rule)} and {numbers[0]} both match{_answering(answers, pair.rule, other)}"
                f"{region_told(dimensions, box)}{besides}{example}. {fails}{more}"
            ),
            fix=CODES[DmnCode.OVERLAP if answers is None else DmnCode.CONFLICT][1],
            rules=(examined.number(pair.rule), *numbers),
            example=example_of(dimensions, box),
        )
    yield from _more(len(pairs), DmnCode.OVERLAP if answers is None else DmnCode.CONFLICT)


def _consequence(answers: Answers | None, left: int, right: int) -> str:
    """What happens to such an input when it comes."""
    if answers is None:
        return "The hit policy UNIQUE allows one rule only: for such inputs the decision fails."
    known = answers.known >> left & answers.known >> right & 1
    return f"The hit policy ANY wants the same answer of both: for such inputs the decision {'fails' if known else 'may fail'}."


def _answering(answers: Answers | None, left: int, right: int) -> str:
    if answers is None:
        return ""
    known = answers.known >> left & answers.known >> right & 1
    return " and answer differently" if known else " and may answer differently"


def _more(count: int, code: DmnCode) -> Iterator[TableFinding]:
    """How much was found but not told."""
    if count > MAX_TOLD:
        message = f"There are {count - MAX_TOLD} more findings like the last ones."
        yield TableFinding(code=code, severity=Severity.WARNING, message=message, fix=CODES[code][1])
