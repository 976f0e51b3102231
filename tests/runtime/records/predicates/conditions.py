"""Random record types, rows and conditions: values that are nearly equal, nulls everywhere, kinds mixed up now and then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from runtime.records.fields import canonical

TEXTS = st.one_of(
    st.sampled_from(
        ["", "a", "A", "b", "c", "ab", "aa", "B", "ß", "é", "z", "Z", "あ", "𠮷", "\ufffd", "%", "_", "a%", "'", "\\", " a"]
    ),
    st.sampled_from(["9", "10", "-1", "u1", "null", "true", '"', "a\nb", "\u00e9", "e\u0301", "İ", "σ", "new", "won"]),
    st.text(alphabet="abÄ%_'あ", max_size=4),
)
NUMBERS = st.one_of(
    st.sampled_from(["0", "1", "-1", "2", "9", "10", "-9", "-10", "0.5", "0.05", "-0.5", "-0.05", "5.25", "99.99", "100"]),
    st.sampled_from(
        [
            "123456789012345678901234.0123456789",
            "123456789012345678901234.0123456788",
            "-999999999999999999999999.9999999999",
            "999999999999999999999999.9999999999",
            "500000000000000000000000.0000000005",
            "0.0000000001",
            "-0.0000000001",
            "9007199254740993",
            "9007199254740992",
        ]
    ),
    st.integers(-200, 200).map(str),
    st.decimals(-1000, 1000, places=2).map(str),
    st.decimals(Decimal("-9e23"), Decimal("9e23"), places=10).map(str),
).map(lambda text: canonical(Decimal(text)))
DATES = st.one_of(
    st.sampled_from(
        [date(2026, 3, 1), date(2026, 3, 2), date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31), date(1969, 12, 31)]
    ),
    st.dates(date(2026, 2, 20), date(2026, 3, 10)),
    st.dates(),
)
_MOMENT = datetime(2026, 3, 1, 14, 30, 15, tzinfo=UTC)
MOMENTS = st.one_of(
    st.integers(-2_000_000, 2_000_000).map(lambda n: _MOMENT + timedelta(microseconds=n)),
    st.sampled_from([_MOMENT, _MOMENT + timedelta(days=1), datetime(2026, 3, 1, tzinfo=UTC), datetime(1, 1, 3, tzinfo=UTC)]),
    st.just(datetime(9999, 12, 29, 23, 59, 59, 999_999, tzinfo=UTC)),
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.just(UTC)),  # noqa: DTZ001
)
CHOICES = st.sampled_from(["a", "b", "c"])
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "long_text": TEXTS,
    "number": NUMBERS,
    "money": NUMBERS,
    "percent": NUMBERS,
    "date": DATES,
    "datetime": MOMENTS,
    "boolean": st.booleans(),
    "choice": CHOICES,
    "reference": st.sampled_from(["u1", "u2", "r0"]),
    "multi_choice": st.lists(CHOICES, max_size=3, unique=True),
    "json": st.sampled_from([{"a": Decimal(1)}, ["a"], "a", Decimal(5), True]),
}
KINDS = {
    "text": "string",
    "long_text": "string",
    "choice": "string",
    "reference": "string",
    "number": "number",
    "money": "number",
    "percent": "number",
    "date": "date",
    "datetime": "moment",
    "boolean": "boolean",
    "multi_choice": "list",
    "json": "json",
}
SCALARS = ("string", "number", "date", "moment", "boolean")
COMPARISONS = st.sampled_from(["=", "!=", "<", "<=", ">", ">="])
SYSTEM = {"owner": "string", "stage": "string", "stage_category": "string", "version": "number", "created_at": "moment"}

TYPES = st.dictionaries(st.sampled_from([f"f{n}" for n in range(9)]), st.sampled_from(sorted(KINDS)), min_size=1, max_size=8)


@st.composite
def rows_of(draw: st.DrawFn, kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """Two to eight records; a third of the values are null."""
    system = {
        "owner": st.sampled_from(["u1", "u2", None]),
        "stage": st.sampled_from(["new", "won", "kept", "gone", None]),
        "pipeline": st.sampled_from(["thing.way", "thing.other", None]),
        "version": st.sampled_from([1, 2, 9, 10, 12]),
    }
    fields = {name: st.one_of(st.none(), VALUES[kind], VALUES[kind]) for name, kind in kinds.items()}
    return draw(st.lists(st.fixed_dictionaries({**fields, **system}), min_size=2, max_size=8))


def quoted(text: str) -> str:
    """A FEEL string literal."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _shown(number: Decimal) -> str:
    text = format(number, "f")
    return f"({text})" if number < 0 else text


ZONES = st.sampled_from(["Z", "+09:00", "-03:30", "@Europe/Berlin"])
DURATIONS = st.sampled_from(["P0D", "P1D", "-P1D", "P30D", "PT1H", "PT0.5S", "-PT36H", "P700000D", "PT0.000001S"]).map(
    lambda text: f'duration("{text}")'
)


def _moment_literal(moment: datetime, zone: str) -> str:
    if moment.year in (1, 9999):
        zone = "Z"
    return f'@"{moment.replace(tzinfo=None).isoformat()}{zone}"'


LITERALS: Mapping[str, st.SearchStrategy[str]] = {
    "string": st.one_of(TEXTS.map(quoted), st.sampled_from(["user.id", "user.name"])),
    "number": st.one_of(NUMBERS.map(_shown), st.sampled_from(["user.limit", "(1 + 1)", "1e3"])),
    "date": st.one_of(
        DATES.map(lambda d: f'date("{d.isoformat()}")'), st.sampled_from(["today()", 'today() - duration("P1M")'])
    ),
    "moment": st.one_of(st.builds(_moment_literal, MOMENTS, ZONES), st.just("now()")),
    "boolean": st.sampled_from(["true", "false"]),
    "list": st.lists(CHOICES, max_size=3).map(lambda items: "[" + ", ".join(f'"{i}"' for i in items) + "]"),
    "duration": DURATIONS,
}
NULLS = st.sampled_from(["null", "user.since"])


class Writer:
    """Writes conditions over the fields of one type; `loop` are the names of loops around."""

    def __init__(self, draw: st.DrawFn, kinds: Mapping[str, str]) -> None:
        self.draw = draw
        self.fields = {**SYSTEM, **{name: KINDS[kind] for name, kind in kinds.items()}}
        self.loop: list[str] = []

    def one_of(self, *ways: Callable[[], str]) -> str:
        return self.draw(st.sampled_from(ways))()

    def field(self, kind: str) -> str | None:
        names = [name for name, one in self.fields.items() if one == kind] + (self.loop if kind == "string" else [])
        return self.draw(st.sampled_from(names)) if names else None

    def value(self, kind: str, depth: int) -> str:
        """An expression of a kind; a field if there is one, mostly."""
        pick = self.draw(st.integers(0, 19))
        if pick == 0:
            return self.draw(NULLS)
        if pick < 5 and kind in LITERALS:
            return self.draw(LITERALS[kind])
        if pick < 9 and depth > 0:
            return self.made(kind, depth - 1)
        return self.field(kind) or self.draw(LITERALS.get(kind, NULLS))

    def made(self, kind: str, depth: int) -> str:
        """An expression of a kind that calculates."""
        inner = lambda one: self.value(one, depth)  # noqa: E731
        ways: dict[str, list[Callable[[], str]]] = {
            "string": [
                lambda: f"substring({self.field('string')}, {self.draw(st.sampled_from(['1', '2', '-1', '1, 2', '-2, 1']))})"
            ],
            "number": [
                lambda: f"({inner('number')} {self.draw(st.sampled_from('+-*'))} {inner('number')})",
                lambda: f"({inner('number')} / {self.draw(st.sampled_from(['2', '4', '10', '0.5', '-8', '0']))})",
                lambda: f"{self.draw(st.sampled_from(['abs', 'floor', 'ceiling']))}({inner('number')})",
                lambda: f"-({inner('number')})",
                lambda: f"string length({inner('string')})",
                lambda: f"count({self.field('list') or 'null'})",
                lambda: f"({inner('date')}).{self.draw(st.sampled_from(['year', 'month', 'day', 'weekday']))}",
                lambda: (
                    f"({inner('moment')}).{self.draw(st.sampled_from(['year', 'day', 'weekday', 'hour', 'minute', 'second']))}"
                ),
                lambda: (
                    f"({self.made('duration', depth)}).{self.draw(st.sampled_from(['days', 'hours', 'minutes', 'seconds']))}"
                ),
            ],
            "date": [
                lambda: f"({inner('date')} {self.draw(st.sampled_from('+-'))} {self.draw(DURATIONS)})",
                lambda: f"date({self.field('moment')})",
            ],
            "moment": [lambda: f"({inner('moment')} {self.draw(st.sampled_from('+-'))} {self.draw(DURATIONS)})"],
            "duration": [
                lambda: f"({inner('date')} - {inner('date')})",
                lambda: f"({inner('moment')} - {inner('moment')})",
                lambda: f"({inner('moment')} - {inner('date')})",
            ],
            "boolean": [lambda: f"({self.condition(depth)})"],
        }
        if kind not in ways:
            return self.field(kind) or "null"
        chosen = [
            *ways[kind],
            lambda: f"(if {self.condition(depth)} then {inner(kind)} else {inner(kind)})",
            lambda: f"get or else({inner(kind)}, {inner(kind)})",
        ]
        return self.one_of(*chosen)

    def kind(self) -> str:
        return self.draw(st.sampled_from([*SCALARS, "string", "number", "moment"]))

    def comparison(self, depth: int) -> str:
        kind = self.draw(st.sampled_from([*SCALARS, "string", "number", "date", "moment", "list", "duration"]))
        other = kind if self.draw(st.integers(0, 9)) else self.kind()
        left = self.made("duration", depth) if kind == "duration" else self.value(kind, depth)
        return f"{left} {self.draw(COMPARISONS)} {self.value(other, depth)}"

    def membership(self, depth: int) -> str:
        kind = self.kind()
        value = self.value(kind, depth)
        tests = ", ".join(self.test(kind, depth) for _ in range(self.draw(st.integers(1, 3))))
        return f"{value} in ({tests})" if "," in tests or self.draw(st.booleans()) else f"{value} in {tests}"

    def test(self, kind: str, depth: int) -> str:
        one = lambda: self.value(kind if self.draw(st.integers(0, 9)) else self.kind(), depth)  # noqa: E731
        literal = lambda: self.draw(LITERALS[kind])  # noqa: E731
        opening, closing = self.draw(st.sampled_from(["[]", "()", "[)", "(]"]))
        return self.one_of(
            one,
            literal,
            lambda: f"[{', '.join(literal() for _ in range(self.draw(st.integers(0, 4))))}]",
            lambda: f"[{one()}, {one()}]",
            lambda: f"{opening}{literal()}..{literal()}{closing}",
            lambda: f"{opening}{self.field(kind) or literal()}..{self.field(kind) or literal()}{closing}",
            lambda: f"({self.draw(COMPARISONS)} {one()})",
            lambda: self.field("list") or one(),
            lambda: "user.roles",
        )

    def about_text(self, depth: int) -> str:
        name = self.draw(st.sampled_from(["contains", "starts with", "ends with"]))
        return f"{name}({self.value('string', depth)}, {self.value('string', depth)})"

    def about_list(self, depth: int) -> str:
        name = self.field("list") or "null"
        return self.one_of(
            lambda: f"list contains({name}, {self.value('string', depth)})",
            lambda: f"list contains({name}, {self.value('number', depth)})",
            lambda: f"is empty({name})",
            lambda: f"{self.value('string', depth)} in {name}",
            lambda: self.loop_over(name, depth),
            lambda: self.loop_over(self.draw(LITERALS["list"]), depth),
            lambda: self.loop_over("user.roles", depth),
        )

    def loop_over(self, source: str, depth: int) -> str:
        name = self.draw(st.sampled_from(["x", "y", "f1"]))
        self.loop.append(name)
        written = self.condition(depth)
        self.loop.pop()
        return f"({self.draw(st.sampled_from(['some', 'every']))} {name} in {source} satisfies {written})"

    def condition(self, depth: int) -> str:
        simple = [
            lambda: self.comparison(depth),
            lambda: self.comparison(depth),
            lambda: self.membership(depth),
            lambda: self.about_text(depth),
            lambda: self.about_list(max(depth - 1, 0)),
            lambda: self.loop_over(self.field("list") or "user.roles", max(depth - 1, 0)),
            lambda: f"{self.draw(st.sampled_from(sorted(self.fields)))} {self.draw(st.sampled_from(['=', '!=']))} null",
            lambda: f"is defined({self.value(self.kind(), depth)})",
            lambda: self.between(depth),
            lambda: self.value("boolean", 0),
        ]
        if depth <= 0:
            return self.one_of(*simple)
        inner = lambda: self.condition(depth - 1)  # noqa: E731
        joined = [
            lambda: f"({inner()}) and ({inner()})",
            lambda: f"({inner()}) or ({inner()})",
            lambda: f"not({inner()})",
            lambda: f"(if {inner()} then {inner()} else {inner()})",
            lambda: f"({inner()}) {self.draw(st.sampled_from(['=', '!=']))} ({inner()})",
            lambda: f"({self.value(self.kind(), 0)} and {inner()})",
        ]
        return self.one_of(*simple, *joined)

    def between(self, depth: int) -> str:
        kind = self.kind()
        return f"{self.value(kind, depth)} between {self.value(kind, 0)} and {self.value(kind, 0)}"


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, str], list[dict[str, Any]], list[str]]:
    """A type, rows of it, and conditions over it."""
    kinds = draw(TYPES)
    writer = Writer(draw, kinds)
    conditions = [writer.condition(draw(st.integers(0, 3))) for _ in range(draw(st.integers(1, 4)))]
    return kinds, draw(rows_of(kinds)), conditions
