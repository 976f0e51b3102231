"""Random expressions, as trees."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from engine.feel import syntax as s

WORDS = st.sampled_from(["a", "b", "amount", "first name", "a-b", "item", "date", "день", "合計", "?"])
SIMPLE = st.sampled_from(["a", "b", "amount", "x1", "день"])
NUMBERS = st.one_of(
    st.integers(-(10**9), 10**9).map(Decimal),
    st.decimals(-1000, 1000, places=3),
    st.sampled_from([Decimal("1E+30"), Decimal("1E-9")]),
)
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)
LEAVES = st.one_of(
    st.just(s.Null()),
    st.booleans().map(s.Boolean),
    NUMBERS.map(s.Number),
    TEXT.map(s.String),
    st.just(s.At("2026-03-01")),
    WORDS.map(s.Name),
)
TYPES = st.recursive(
    st.sampled_from(["number", "string", "date and time", "Any", "years and months duration"]).map(s.NamedType),
    lambda inner: st.one_of(
        inner.map(s.ListType),
        inner.map(s.RangeType),
        st.tuples(SIMPLE, inner).map(lambda e: s.ContextType((e,))),
        st.tuples(inner, inner).map(lambda e: s.FunctionType((e[0],), e[1])),
    ),
    max_leaves=3,
)


def several(inner: st.SearchStrategy[s.Node]) -> st.SearchStrategy[tuple[s.Node, ...]]:
    return st.lists(inner, min_size=1, max_size=3).map(tuple)


def _iterators(inner: st.SearchStrategy[s.Node]) -> st.SearchStrategy[tuple[s.Iterator, ...]]:
    return st.lists(st.builds(s.Iterator, SIMPLE, inner, st.none() | inner), min_size=1, max_size=2).map(tuple)


def _call(function: s.Node, arguments: tuple[s.Node, ...], named: bool) -> s.Node:
    return s.Call(function, arguments, tuple(f"p{n}" for n in range(len(arguments))) if named else None)


def _extend(inner: st.SearchStrategy[s.Node]) -> st.SearchStrategy[s.Node]:
    comparison = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
    # An at-literal or negative literal is what a minus before a number reads as, so a negation never holds a number.
    return st.one_of(
        st.builds(s.Negation, inner),
        st.builds(s.Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner),
        st.builds(s.Comparison, comparison, inner, inner),
        st.builds(s.And, inner, inner),
        st.builds(s.Or, inner, inner),
        st.builds(s.Between, inner, inner, inner),
        st.builds(s.In, inner, several(inner)),
        st.builds(s.In, inner, st.tuples(st.builds(s.OpenRange, comparison, inner))),
        st.builds(s.OpenRange, comparison, inner),
        st.builds(s.RangeOf, inner, inner, st.booleans(), st.booleans()),
        st.builds(s.ListOf, st.lists(inner, max_size=3).map(tuple)),
        st.builds(s.ContextOf, st.lists(st.tuples(WORDS, inner), max_size=2).map(tuple)),
        st.builds(s.Path, inner, SIMPLE),
        st.builds(s.Filter, inner, inner),
        st.builds(_call, inner, several(inner), st.booleans()),
        st.builds(s.If, inner, inner, inner),
        st.builds(s.For, _iterators(inner), inner),
        st.builds(s.Quantified, st.booleans(), _iterators(inner), inner),
        st.builds(s.InstanceOf, inner, TYPES),
        st.builds(s.FunctionOf, st.lists(st.builds(s.Parameter, SIMPLE, st.none() | TYPES), max_size=2).map(tuple), inner),
    )


TREES = st.recursive(LEAVES, _extend, max_leaves=8)
