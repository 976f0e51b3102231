"""The values of an input column, cut into pieces that none of its tests tells apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from engine.dmn.analysis.lines import Key, Line, lines_of
from engine.dmn.analysis.runs import NOTHING, Runs, everything, from_places, union
from engine.feel.values import Kind, Value, kind_of

OTHER_TEXTS = ("other", "something else", "anything else")
SHAPELESS = frozenset({Kind.LIST, Kind.CONTEXT, Kind.RANGE, Kind.FUNCTION})
"""Kinds whose values cannot be cut into such pieces."""


class Mention(NamedTuple):
    """A value that a test compares the input with; `ordered` when not only for equality."""

    value: Value
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a column's values: one, or all of a line between two keys that are not in it (None is no bound).

    `line` is None for what has no order: true, false, null, single texts and all texts besides; then `name` says it.
    """

    example: Value
    line: Line | None = None
    low: Key | None = None
    high: Key | None = None
    single: bool = True
    name: str = ""


@dataclass(frozen=True)
class Domain:
    """All pieces, those of a line beside each other in its order."""

    pieces: tuple[Piece, ...]
    points: Mapping[tuple[Line, Key], int] = field(repr=False)
    spans: Mapping[Line, tuple[int, int]] = field(repr=False)
    singles: Mapping[Value, int] = field(repr=False)
    """Places of true, false, null and texts that are only asked for as they are."""
    kinds: Mapping[Kind, Runs] = field(repr=False)
    shapeless: bool = False

    @property
    def everything(self) -> Runs:
        """All places."""
        return everything(len(self.pieces))

    def at(self, value: Value) -> Runs:
        """The place of a value that a test mentions; nothing when no input is of its kind."""
        place = self.singles.get(_token(value))
        if place is not None:
            return ((place, place),)
        for line in lines_of(kind_of(value)):
            key = line.key(value)
            if key is not None and (line, key) in self.points:
                place = self.points[line, key]
                return ((place, place),)
        return NOTHING

    def stretch(self, sign: str, value: Value) -> Runs:
        """The places less or greater than a value that a test mentions."""
        found = self.at(value)
        line = self.pieces[found[0][0]].line if found else None
        if line is None:
            return NOTHING
        (place, _), (first, last) = found[0], self.spans[line]
        without = 0 if sign.endswith("=") else 1
        return union([(first, place - without) if sign[0] == "<" else (place + without, last)])

    def line_of(self, value: Value) -> Runs:
        """All places with values that can be less or greater than this one, itself included."""
        found = self.at(value)
        line = self.pieces[found[0][0]].line if found else None
        return NOTHING if line is None else (self.spans[line],)

    def of_kind(self, value: Value) -> Runs:
        """All places with values that can be equal to this one, or not."""
        return self.kinds.get(kind_of(value), NOTHING)


def _token(value: Value) -> Value:
    """A key for the values without order: 1 and true are one to Python."""
    return (type(value).__name__, value) if value is None or type(value) in (bool, str) else value


def make_domain(kinds: frozenset[Kind] | None, mentions: Iterable[Mention]) -> Domain:
    """The pieces for inputs of the kinds, or when these are not declared, of the kinds that the tests mention.

    Null is a piece of its own only where a test mentions it: elsewhere nobody asked what a missing input means.
    """
    told = list(mentions)
    asked = {kind_of(m.value) for m in told} - {Kind.NULL}
    wanted = asked if kinds is None else kinds - {Kind.NULL}
    shapeless = bool(wanted & SHAPELESS)
    builder = _Builder()
    for kind in sorted(wanted):
        builder.add(kind, [m for m in told if kind_of(m.value) is kind])
    if any(m.value is None for m in told):
        builder.single(None, "missing (null)")
    if not builder.pieces:
        builder.pieces.append(Piece(Decimal(0), name="any value"))
    return Domain(tuple(builder.pieces), builder.points, builder.spans, builder.singles, builder.kinds(), shapeless)


class _Builder:
    def __init__(self) -> None:
        self.pieces: list[Piece] = []
        self.points: dict[tuple[Line, Key], int] = {}
        self.spans: dict[Line, tuple[int, int]] = {}
        self.singles: dict[Value, int] = {}

    def add(self, kind: Kind, mentions: list[Mention]) -> None:
        """The pieces of one kind."""
        if kind is Kind.BOOLEAN:
            self.single(True, "true")
            self.single(False, "false")
        elif kind is Kind.STRING and not any(m.ordered for m in mentions):
            self._texts(sorted({m.value for m in mentions}))
        elif kind in SHAPELESS:
            self.pieces.append(Piece([] if kind is Kind.LIST else {}, name=f"any {kind}"))
        else:
            self._lines(kind, mentions)

    def kinds(self) -> dict[Kind, Runs]:
        """The places of each kind."""
        places: dict[Kind, list[int]] = {}
        for place, piece in enumerate(self.pieces):
            places.setdefault(kind_of(piece.example), []).append(place)
        return {kind: from_places(found) for kind, found in places.items()}

    def single(self, value: Value, name: str) -> None:
        """A piece that is one value."""
        self.singles[_token(value)] = len(self.pieces)
        self.pieces.append(Piece(value, name=name))

    def _texts(self, texts: list[str]) -> None:
        for text in texts:
            self.single(text, f'"{text}"')
        other = next((o for o in OTHER_TEXTS if o not in texts), None)
        while other is None or other in texts:
            other = f"{other or OTHER_TEXTS[0]}…"
        self.pieces.append(Piece(other, single=False, name="any other text" if texts else "any text"))

    def _lines(self, kind: Kind, mentions: list[Mention]) -> None:
        keyed = {line: {key for m in mentions if (key := line.key(m.value)) is not None} for line in lines_of(kind)}
        used = [line for line in keyed if keyed[line]] or list(keyed)[:1]
        for line in used:
            first = len(self.pieces)
            low: Key | None = None
            for key in sorted(keyed[line]):
                self._stretch(line, low, key)
                self.points[line, key] = len(self.pieces)
                self.pieces.append(Piece(line.value(key), line, key, key))
                low = key
            self._stretch(line, low, None)
            self.spans[line] = (first, len(self.pieces) - 1)

    def _stretch(self, line: Line, low: Key | None, high: Key | None) -> None:
        example = line.between(low, high)
        if example is not None:
            self.pieces.append(Piece(example, line, low, high, single=False))
