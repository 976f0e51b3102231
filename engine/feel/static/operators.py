"""What operators make of types: the tables of §10.3.2.13 (45–54) without values."""

from __future__ import annotations

from engine.feel import syntax as s
from engine.feel.static.kinds import bare, kinds_of, type_of_kind
from engine.feel.types import ANY, Types
from engine.feel.values import Kind

_N, _S, _D, _T, _DT, _DD, _YM = (
    Kind.NUMBER,
    Kind.STRING,
    Kind.DATE,
    Kind.TIME,
    Kind.DATE_TIME,
    Kind.DAYS_TIME,
    Kind.YEARS_MONTHS,
)
_KEPT = {(kind, _DD): kind for kind in (_D, _T, _DT)} | {(kind, _YM): kind for kind in (_D, _DT)}
"""A point in time and a duration make such a point again."""

RESULTS: dict[str, dict[tuple[Kind, Kind], Kind]] = {
    "+": {
        **{(kind, kind): kind for kind in (_N, _S, _DD, _YM)},
        **_KEPT,
        **{(right, left): kind for (left, right), kind in _KEPT.items()},
    },
    "-": {
        **{(kind, kind): kind for kind in (_N, _DD, _YM)},
        (_T, _T): _DD,
        **{(left, right): _DD for left in (_D, _DT) for right in (_D, _DT)},
        **_KEPT,
    },
    "*": {(_N, _N): _N, (_DD, _N): _DD, (_N, _DD): _DD, (_YM, _N): _YM, (_N, _YM): _YM},
    "/": {(_N, _N): _N, (_DD, _N): _DD, (_DD, _DD): _N, (_YM, _N): _YM, (_YM, _YM): _N},
    "**": {(_N, _N): _N},
}
"""operator → (kind of left, kind of right) → kind of the result; the pairs are those of `engine.feel.arithmetic`."""

NEGATED = frozenset({_N, _DD, _YM})
"""What has a minus."""
ORDERED = frozenset({_N, _S, _D, _T, _DT, _DD, _YM})
"""What can be less or greater."""


def arithmetic_type(sign: str, left: s.TypeNode, right: s.TypeNode, types: Types) -> s.TypeNode | None:
    """The type of the result; None when the operator takes no two values of these types."""
    ours, theirs = kinds_of(left, types), kinds_of(right, types)
    results = {
        result for (a, b), result in RESULTS[sign].items() if (ours is None or a in ours) and (theirs is None or b in theirs)
    }
    if not results:
        return None
    return type_of_kind(results.pop()) if len(results) == 1 else ANY


def may_compare(sign: str, left: frozenset[Kind] | None, right: frozenset[Kind] | None) -> bool:
    """Whether the comparison can have an answer for values of these kinds; None stands for any kind."""
    if sign in ("=", "!="):
        return left is None or right is None or bool(left & right) or Kind.NULL in left | right
    ours = ORDERED if left is None else left & ORDERED
    theirs = ORDERED if right is None else right & ORDERED
    return bool(ours & theirs)


def may_hold(value: frozenset[Kind] | None, test: s.TypeNode, types: Types, depth: int = 0) -> bool:
    """Whether a value of these kinds can be in, or equal to, what the test is (table 55)."""
    kinds = kinds_of(test, types)
    if value is None or kinds is None or depth > 3 or kinds & value or Kind.NULL in kinds | value:
        return True
    inner = bare(test, types)
    return isinstance(inner, s.ListType | s.RangeType) and may_hold(value, inner.item, types, depth + 1)
