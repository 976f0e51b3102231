"""Relations of points and ranges (DMN 1.5 §10.3.4.8) and `range` (§10.3.4.1)."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.feel import syntax as s
from engine.feel.compare import equal, includes, order
from engine.feel.errors import FeelSyntaxError
from engine.feel.functions import builtin
from engine.feel.run import Run
from engine.feel.values import Range, Value


class _NotComparable(Exception):
    """Two ends have no order."""


def _cmp(left: Value, right: Value) -> int:
    found = None if left is None or right is None else order(left, right)
    if found is None:
        raise _NotComparable
    return found


def _as_range(value: Value) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


def _ends_before(a: Range, b: Range) -> bool:
    """`a` lies wholly before `b`."""
    found = _cmp(a.end, b.start)
    return found < 0 or (found == 0 and not (a.end_included and b.start_included))


def _starts(a: Range, b: Range) -> int:
    """How the starts of two ranges are ordered: at one value, the included start is first."""
    return _cmp(a.start, b.start) or int(b.start_included) - int(a.start_included)


def _ends(a: Range, b: Range) -> int:
    """How the ends are ordered: at one value, the included end is last."""
    return _cmp(a.end, b.end) or int(a.end_included) - int(b.end_included)


def _touch(a: Range, b: Range) -> bool:
    return a.end_included and b.start_included and _cmp(a.end, b.start) == 0


def _overlaps(a: Range, b: Range) -> bool:
    return not _ends_before(a, b) and not _ends_before(b, a)


def _relation(run: Run, name: str, a: Value, b: Value) -> Value:
    try:
        return _RELATIONS[name](_as_range(a), _as_range(b))
    except _NotComparable:
        return run.bad_value(f"{name} cannot compare the two.")


_RELATIONS: dict[str, Callable[[Range, Range], bool]] = {
    "before": _ends_before,
    "after": lambda a, b: _ends_before(b, a),
    "meets": _touch,
    "met by": lambda a, b: _touch(b, a),
    "overlaps": _overlaps,
    "overlaps before": lambda a, b: _starts(a, b) < 0 and not _ends_before(a, b) and _ends(a, b) <= 0,
    "overlaps after": lambda a, b: _starts(b, a) < 0 and not _ends_before(b, a) and _ends(b, a) <= 0,
    "finishes": lambda a, b: _ends(a, b) == 0 and _starts(b, a) <= 0,
    "includes": lambda a, b: _starts(a, b) <= 0 and _ends(b, a) <= 0,
    "starts": lambda a, b: _starts(a, b) == 0 and _ends(a, b) <= 0,
    "coincides": lambda a, b: _starts(a, b) == 0 and _ends(a, b) == 0,
}


@builtin("before", "point1: point, point2: point", "Whether the first lies wholly before the second.")
@builtin("before", "point: point, range: range")
@builtin("before", "range: range, point: point")
@builtin("before", "range1: range, range2: range")
def before(run: Run, a: Value, b: Value) -> Value:
    """before([1..5), 5) = true."""
    return _relation(run, "before", a, b)


@builtin("after", "point1: point, point2: point", "Whether the first lies wholly after the second.")
@builtin("after", "point: point, range: range")
@builtin("after", "range: range, point: point")
@builtin("after", "range1: range, range2: range")
def after(run: Run, a: Value, b: Value) -> Value:
    """after((5..10], 5) = true."""
    return _relation(run, "after", a, b)


@builtin("meets", "range1: range, range2: range", "Whether the first ends where the second begins, both included.")
def meets(run: Run, range1: Range, range2: Range) -> Value:
    """meets([1..5], [5..10]) = true."""
    return _relation(run, "meets", range1, range2)


@builtin("met by", "range1: range, range2: range", "Whether the second ends where the first begins, both included.")
def met_by(run: Run, range1: Range, range2: Range) -> Value:
    """met by([5..10], [1..5]) = true."""
    return _relation(run, "met by", range1, range2)


@builtin("overlaps", "range1: range, range2: range", "Whether the ranges have a point in common.")
def overlaps(run: Run, range1: Range, range2: Range) -> Value:
    """overlaps([5..10], [1..6]) = true."""
    return _relation(run, "overlaps", range1, range2)


@builtin("overlaps before", "range1: range, range2: range", "Whether the first begins earlier and ends inside the second.")
def overlaps_before(run: Run, range1: Range, range2: Range) -> Value:
    """overlaps before([1..5], [3..10]) = true."""
    return _relation(run, "overlaps before", range1, range2)


@builtin("overlaps after", "range1: range, range2: range", "Whether the first begins inside the second and ends later.")
def overlaps_after(run: Run, range1: Range, range2: Range) -> Value:
    """overlaps after([3..10], [1..5]) = true."""
    return _relation(run, "overlaps after", range1, range2)


@builtin("finishes", "point: point, range: range", "Whether the first lies in the second and ends with it.")
@builtin("finishes", "range1: range, range2: range")
def finishes(run: Run, a: Value, b: Range) -> Value:
    """finishes([5..10], [1..10]) = true."""
    return _relation(run, "finishes", a, b)


@builtin("finished by", "range: range, point: point", "Whether the second lies in the first and ends with it.")
@builtin("finished by", "range1: range, range2: range")
def finished_by(run: Run, a: Range, b: Value) -> Value:
    """finished by([1..10], [5..10]) = true."""
    return _relation(run, "finishes", b, a)


@builtin("includes", "range: range, point: point", "Whether the second lies in the first.")
@builtin("includes", "range1: range, range2: range")
def range_includes(run: Run, a: Range, b: Value) -> bool | None:
    """includes([5..10], 6) = true."""
    return _relation(run, "includes", a, b) if isinstance(b, Range) else includes(a, b, run)


@builtin("during", "point: point, range: range", "Whether the first lies in the second.")
@builtin("during", "range1: range, range2: range")
def during(run: Run, a: Value, b: Range) -> Value:
    """during(5, [1..10]) = true."""
    return range_includes(run, b, a)


@builtin("starts", "point: point, range: range", "Whether the first lies in the second and begins with it.")
@builtin("starts", "range1: range, range2: range")
def starts(run: Run, a: Value, b: Range) -> Value:
    """starts([1..5], [1..10]) = true."""
    return _relation(run, "starts", a, b)


@builtin("started by", "range: range, point: point", "Whether the second lies in the first and begins with it.")
@builtin("started by", "range1: range, range2: range")
def started_by(run: Run, a: Range, b: Value) -> Value:
    """started by([1..10], 1) = true."""
    return _relation(run, "starts", b, a)


@builtin("coincides", "point1: point, point2: point", "Whether both are the same point or range.")
@builtin("coincides", "range1: range, range2: range")
def coincides(run: Run, a: Value, b: Value) -> bool | None:
    """coincides([1..5], [1..5]) = true."""
    return _relation(run, "coincides", a, b) if isinstance(a, Range) else equal(a, b, run)


_ENDS = (s.Number, s.String, s.At)
_MAKERS = frozenset({"date", "time", "date and time", "duration"})
_FORM = re.compile(r"\s*([\[(\]])(.*?)\.\.(.*)([\])\[])\s*", re.DOTALL)


@builtin("range", "from: string", 'The range in a text such as [18..21), (..10] or [@"2020-01-01"..@"2020-12-31"].')
def range_from(run: Run, from_: str) -> Value:
    """range("[18..21)") = [18..21).

    An end that is left out is open to that side (§10.3.1.2 rule 66).
    """
    form = _FORM.fullmatch(from_)
    ends = [_end(text, run) for text in form.groups()[1:3]] if form else []
    if form is None or None in ends:
        return run.bad_value(f"“{from_[:80]}” is no range of fixed values.")
    (start,), (end,) = ends[0] or (None,), ends[1] or (None,)
    included = form[1] == "[", form[4] == "]"
    if (start is None and (end is None or included[0])) or (end is None and included[1]):
        return run.bad_value(f"“{from_[:80]}” has an end that is open and included at once, or no end.")
    if start is None or end is None:
        operator = ("<=" if included[1] else "<") if start is None else (">=" if included[0] else ">")
        return Range(start, end, *included, operator)
    found = order(start, end)
    if found is None or found > 0:
        return run.bad_value(f"“{from_[:80]}” does not go from a lower to a higher value.")
    return Range(start, end, *included)


def _end(text: str, run: Run) -> tuple[Value] | tuple[()] | None:
    """The value of an end, nothing for an end that is left out, None for one that is no fixed value."""
    from engine.feel.expression import compile_expression  # the compiler needs this table first

    if not text.strip():
        return ()
    try:
        compiled = compile_expression(text)
    except FeelSyntaxError:
        return None
    value = compiled.run({}, run) if _is_literal(compiled.syntax) else None
    return None if value is None else (value,)


def _is_literal(node: s.Node) -> bool:
    if isinstance(node, s.Call) and isinstance(node.function, s.Name):
        return node.function.name in _MAKERS and all(isinstance(a, s.String | s.Number) for a in node.arguments)
    return isinstance(node, _ENDS)
