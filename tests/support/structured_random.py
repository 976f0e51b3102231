"""Random structured processes from a plain random generator: the same number always gives the same process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

from tests.support import structured_process as s
from tests.support.structured_events import code_of
from tests.support.structured_process import Block, Condition
from tests.support.structured_walk import children

DEPTH = 4
"""Levels of blocks in blocks."""

CAUGHT = ("message", "signal", "timer", "conditional")
BESIDE = ("message", "signal", "timer", "cycle", "conditional", "escalation", "error")
ENDS = ("terminate", "error", "escalation", "signal", "message", "compensate", "cancel")
LEAVING = ("terminate", "error", "cancel")
"""Of these, those that end what others begin at the same time."""

CODES = ("m", "s0", "s1", "x0", "x1")
PASSES = ("task", "manualTask", "intermediateThrowEvent", "link", "message", "sendTask")


def random_block(random: Random, depth: int) -> Block:
    """A block of blocks, `depth` levels deep at most."""
    return RandomBlocks(random).block(depth)


class RandomBlocks:
    """Makes blocks of all kinds."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.composites: tuple[Callable[[int], Block], ...] = (
            self._sequence,
            self._sequence,
            lambda d: s.And(self._some(d, 2, 3)),
            lambda d: s.Xor(self._chosen(d), self.block(d)),
            lambda d: s.Or(self._chosen(d), self.block(d)),
            lambda d: s.Split(self._chosen(d), self.block(d)),
            lambda d: s.Loop(self.block(d), random.randint(1, 3)),
            lambda d: s.Repeat(self.block(d), random.randint(0, 3), self._maybe()),
            lambda d: s.Sub(self.block(d), undone=self._maybe(0.3)),
            lambda d: s.Loose(self._some(d, 1, 3)),
            lambda d: s.Twice(self._some(d, 2, 2), random.choice((s.User(), s.Script(0, 1)))),
            lambda d: s.Twice(self._some(d, 2, 3), s.Script(0, 1), collects=True),
            self._enough_of_some,
            self._ad_hoc,
            self._many,
            lambda d: s.Call(self.block(d)),
            self._guarded,
            self._guarded,
            self._guarded,
            self._watched,
            self._watched,
            self._undoing,
            self._ending,
            self._ending,
        )

    def block(self, depth: int) -> Block:
        """Any block."""
        if depth == 0 or (depth < 3 and self.random.random() < 0.15):
            return self.leaf()
        return self.random.choice(self.composites)(depth - 1)

    def leaf(self) -> Block:
        """A block without blocks in it."""
        random = self.random
        return random.choice(
            (
                s.Script(random.randint(0, 1), random.randint(1, 9), self._maybe()),
                s.Rule(),
                s.Pass(random.choice(PASSES)),
                s.User(undone=self._maybe(0.3)),
                s.User(undone=self._maybe(0.3)),
                s.Job(),
                s.Catch(random.choice((*CAUGHT, "receive")), random.choice(("s0", "s1"))),
                s.Several(tuple(random.sample(CAUGHT, random.randint(2, 4))), self._maybe()),
                self._throw(),
                s.Doubt(),
                s.Pick(tuple(random.choice((*CAUGHT, "receive")) for _ in range(random.randint(2, 3)))),
            )
        )

    def small(self) -> Block:
        """What an event leads to: it may go on several times at once, so it holds nothing that counts turns or is undone."""
        random = self.random
        return random.choice(
            (
                s.Script(random.randint(0, 1), random.randint(1, 9)),
                s.User(),
                s.Seq((s.User(), s.Script(0, 1))),
                s.And((s.Script(1, 2), s.User())),
                s.Sub(s.User()),
                self._throw(),
            )
        )

    def _maybe(self, share: float = 0.5) -> bool:
        return self.random.random() < share

    def _throw(self) -> Block:
        kind = self.random.choice(("signal", "escalation"))
        code = f"{'s' if kind == 'signal' else 'x'}{self.random.randint(0, 1)}"
        return s.Throw(kind, code, self._also(code) if self._maybe(0.3) else ())

    def _also(self, *thrown: str) -> tuple[str, ...]:
        codes = [code for code in CODES if code not in thrown]
        return tuple(self.random.sample(codes, self.random.randint(1, 3)))

    def _ending(self, depth: int) -> Block:
        how = self.random.choice(ENDS)
        also: tuple[str, ...] = ()
        if self._maybe(0.3):
            also = ("m",) if how in LEAVING else self._also("x0", "s0")
        return s.Ending(self.block(depth), self.block(depth), how, self.small(), also)

    def _some(self, depth: int, least: int, most: int) -> tuple[Block, ...]:
        return tuple(self.block(depth) for _ in range(self.random.randint(least, most)))

    def _sequence(self, depth: int) -> Block:
        return s.Seq(self._some(depth, 2, 3))

    def _chosen(self, depth: int) -> tuple[tuple[Condition, Block], ...]:
        variable = self.random.choice(["a", "a", "loopCounter"])
        return tuple((Condition(variable, self.random.randint(0, 2)), self.block(depth)) for _ in range(2))

    def _enough_of_some(self, depth: int) -> Block:
        branches = self._some(depth, 2, 3)
        return s.Some(branches, self.random.randint(1, len(branches)), self.block(depth))

    def _ad_hoc(self, depth: int) -> Block:
        """Parts end with a user task, one at a time."""
        parts = tuple(
            s.User(undone=self._maybe(0.3)) if self._maybe() else s.Sub(s.Seq((self.block(max(depth - 1, 0)), s.User())))
            for _ in range(self.random.randint(1, 3))
        )
        enough = self.random.choice((None, 1, 2))
        first = self.random.choice((None, (), (0,)))
        return s.AdHoc(parts, self._maybe(), enough, self._maybe(), None if enough is None and not first else first)

    def _many(self, depth: int) -> Block:
        random = self.random
        if self._maybe(0.3):
            return s.Many(s.User(), random.randint(0, 3), self._maybe(), random.choice((None, 1, 2)), self._maybe())
        sequential, enough = self._maybe(), random.choice((None, None, 1, 2))
        body = self.block(depth)
        if enough is not None and not sequential:
            body = s.Seq((body, s.User()))  # turns end one at a time
        return s.Many(body, random.randint(0, 3), sequential, enough, self._maybe())

    def _guarded(self, depth: int) -> Block:
        events = self._events()
        if self._maybe():
            return s.Guarded(s.Sub(self._stirred(self.block(depth), events)), events)
        return s.Guarded(self._activity(depth), events)

    def _watched(self, depth: int) -> Block:
        events = self._events()
        return s.Watched(self._stirred(self.block(depth), events), events)

    def _stirred(self, body: Block, events: tuple[tuple[s.Event, Block], ...]) -> Block:
        """The body and something that makes one of the events happen, if it is such a one."""
        event = self.random.choice(events)[0]
        kind = self.random.choice(event.kinds) if event.kinds else event.kind
        match kind:
            case "signal" | "escalation":
                code = code_of(kind, event.code) if event.kinds else event.code
                return self.random.choice((s.Seq, s.And))((s.Throw(kind, code or "x0"), body))
            case "error":
                return s.And((self.random.choice((s.Job(), s.Doubt())), body))
        return body

    def _activity(self, depth: int) -> Block:
        return self.random.choice(
            (
                lambda: s.User(undone=self._maybe(0.3)),
                s.Job,
                s.Job,
                lambda: self._watched(depth),
                lambda: self._many(depth),
                lambda: s.Call(self.block(depth)),
                lambda: s.Repeat(self.block(depth), self.random.randint(1, 2), False),
                lambda: self._ad_hoc(depth),
                lambda: self._undoing(depth),
            )
        )()

    def _events(self) -> tuple[tuple[s.Event, Block], ...]:
        kinds = self.random.sample((*BESIDE, "multiple", "multiple"), self.random.randint(1, 2))
        return tuple((self._event(kind), self.small()) for kind in kinds)

    def _event(self, kind: str) -> s.Event:
        if kind == "multiple":
            return self._multiple()
        random = self.random
        code = {
            "signal": random.choice(("s0", "s1")),
            "escalation": random.choice(("x0", "x1", None)),
            "error": random.choice((s.ERROR, None)),
        }.get(kind)
        interrupting = kind == "error" or (kind != "cycle" and self._maybe())
        return s.Event(kind, interrupting, code)

    def _multiple(self) -> s.Event:
        random = self.random
        interrupting, parallel = self._maybe(), self._maybe()
        possible = [kind for kind in BESIDE if kind != "error" or (interrupting and not parallel)]
        kinds = tuple(random.sample([kind for kind in possible if kind != "cycle" or not interrupting], random.randint(2, 3)))
        return s.Event("multiple", interrupting, random.choice(("s0", "s1")), kinds, parallel)

    def _undoing(self, depth: int) -> Block:
        parts = tuple(s.User(undone=True) if self._maybe(0.4) else self.block(depth) for _ in range(self.random.randint(1, 3)))
        known = [n for n, part in enumerate(parts) if isinstance(part, s.User) and part.undone]
        only = self.random.choice(known) if known and self._maybe(0.3) else None
        return s.Undoing(parts, only, self._maybe(0.7), self.small())


def smaller(block: Block) -> Iterator[Block]:
    """Simpler blocks to look for the same fault in: a part of the block, or the block with a simpler part."""
    yield from children(block)
    match block:
        case s.Seq(blocks=inside) | s.And(branches=inside) | s.Loose(parts=inside):
            field = {s.Seq: "blocks", s.And: "branches", s.Loose: "parts"}[type(block)]
            for n, part in enumerate(inside):
                yield from (replace(block, **{field: (*inside[:n], less, *inside[n + 1 :])}) for less in smaller(part))
        case s.Loop() | s.Repeat() | s.Sub() | s.Many() | s.Call() | s.Watched() | s.Ending():
            yield from (replace(block, body=less) for less in smaller(block.body))
        case s.Guarded():
            yield from (replace(block, events=(kept,)) for kept in block.events if len(block.events) > 1)
