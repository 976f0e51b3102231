"""What an analysis found, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.dmn.analysis.coverage import Box
from engine.dmn.analysis.domains import Domain, Piece
from engine.dmn.analysis.runs import Runs, intersection
from engine.dmn.analysis.space import Dimension
from engine.feel.printer import quote
from engine.feel.text import scalar_text
from engine.feel.values import Kind, Value

MAX_LISTED = 8
"""Texts, stretches or rules that are listed before the rest is counted."""
SHOWN_TEXT = 60

_TIMES = frozenset({Kind.DATE, Kind.TIME, Kind.DATE_TIME})


def listed(parts: Sequence[str], word: str = "and") -> str:
    """“a, b and c”; many are cut short."""
    if len(parts) > MAX_LISTED:
        return f"{', '.join(parts[:MAX_LISTED])} {word} {len(parts) - MAX_LISTED} more"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def rules_told(rules: Iterable[int], *, capital: bool = False) -> str:
    """“rule 3”, “rules 1–4 and 9”: rules by their numbers."""
    numbers = sorted(rules)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [p for run in runs for p in ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run))]
    word = "rule" if len(numbers) == 1 else "rules"
    return f"{word.capitalize() if capital else word} {listed(parts)}"


def value_told(value: Value) -> str:
    """A value as a person writes it; texts in quotes."""
    if isinstance(value, str):
        return quote(value if len(value) <= SHOWN_TEXT else value[:SHOWN_TEXT] + "…")
    return scalar_text(value)


def region_told(dimensions: Sequence[Dimension], box: Box) -> str:
    """“ when “X” is … and “Y” is …”: the inputs that the box narrows."""
    parts = [
        f"“{dimension.labels[0]}” is {_runs_told(dimension.domain, runs)}"
        for dimension, runs in zip(dimensions, box, strict=True)
        if intersection(runs, dimension.allowed) != dimension.allowed
    ]
    return f" when {' and '.join(parts)}" if parts else ", whatever the inputs are"


def example_of(dimensions: Sequence[Dimension], box: Box) -> tuple[tuple[str, Value], ...]:
    """A value of each input that lies in the box."""
    return tuple(
        (label, dimension.domain.pieces[_plainest(dimension.domain, runs)].example)
        for dimension, runs in zip(dimensions, box, strict=True)
        for label in dimension.labels[:1]
    )


def example_told(dimensions: Sequence[Dimension], box: Box) -> str:
    """“; for example X = 1, Y = 2”: a value of each input that the box narrows, but not to one value, which is said already."""
    open_ended = {
        dimension.labels[0]
        for dimension, runs in zip(dimensions, box, strict=True)
        if intersection(runs, dimension.allowed) != dimension.allowed and not _is_one_value(dimension.domain, runs)
    }
    parts = [f"{label} = {value_told(value)}" for label, value in example_of(dimensions, box) if label in open_ended]
    return f"; for example {', '.join(parts)}" if parts else ""


def _is_one_value(domain: Domain, runs: Runs) -> bool:
    return len(runs) == 1 and runs[0][0] == runs[0][1] and domain.pieces[runs[0][0]].single


def _plainest(domain: Domain, runs: Runs) -> int:
    """The place of the example: between two bounds where there is such a piece."""
    first, last = runs[0]
    places = range(first, min(last, first + 2) + 1)
    return next((p for p in places if _is_bounded(domain.pieces[p])), first)


def _is_bounded(piece: Piece) -> bool:
    return piece.line is not None and not piece.single and piece.low is not None and piece.high is not None


def _runs_told(domain: Domain, runs: Runs) -> str:
    parts = [part for first, last in runs for part in _run_told(domain, first, last)]
    return listed(parts, "or")


def _run_told(domain: Domain, first: int, last: int) -> Iterable[str]:
    """A run as stretches of one line each, and as single values."""
    at = first
    while at <= last:
        line = domain.pieces[at].line
        if line is None:
            yield domain.pieces[at].name
            at += 1
            continue
        end = min(last, domain.spans[line][1])
        yield _stretch_told(domain.pieces[at], domain.pieces[end])
        at = end + 1


def _stretch_told(first: Piece, last: Piece) -> str:
    """The values from one piece of a line to another."""
    line = first.line
    assert line is not None  # the caller asks for pieces of a line only
    if first is last and first.single:
        return value_told(first.example)
    in_time = line.kind in _TIMES
    low = None if first.low is None else value_told(line.value(first.low))
    high = None if last.high is None else value_told(line.value(last.high))
    if low is None and high is None:
        return f"any {line.kind}" if line.kind is not Kind.STRING else "any text"
    if high is None:
        return f"{low} or {'later' if in_time else 'more'}" if first.single else f"{'after' if in_time else 'above'} {low}"
    if low is None:
        return f"{high} or {'earlier' if in_time else 'less'}" if last.single else f"{'before' if in_time else 'below'} {high}"
    if first.single:
        return f"from {low} to {high}" if last.single else f"from {low} to {'before' if in_time else 'below'} {high}"
    return f"above {low} up to {high}" if last.single else f"between {low} and {high}"
