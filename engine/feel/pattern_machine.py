"""A matcher that takes no branch twice at the same place of the text, so that no pattern makes it run away.

The pattern becomes instructions; branches wait on a stack of our own, so that long texts need no recursion. Without back
references the
outcome of a branch depends only on its place, which makes the whole search linear in text × pattern; with them the captured
groups count too.
"""

from __future__ import annotations

from typing import Any

from engine.feel.pattern_chars import CharSet
from engine.feel.pattern_syntax import Back, Choice, Edge, Group, Part, PatternError, Repeat, Sequence
from engine.feel.run import Run

CHAR, SPLIT, JUMP, SAVE, EDGE, BACK, FOUND = range(7)
MAX_PROGRAM = 20_000

Captures = tuple[int, ...]
Instruction = list[Any]


class Machine:
    """A pattern as instructions."""

    def __init__(self, root: Part, groups: int, any_case: bool) -> None:
        self._program: list[Instruction] = []
        self._groups = groups
        self._any_case = any_case
        self._has_back = False
        self._emit(Group(-1, root))
        self._program.append([FOUND])

    def _add(self, *instruction: Any) -> Instruction:
        if len(self._program) >= MAX_PROGRAM:
            raise PatternError("its repetitions are too many")
        self._program.append(list(instruction))
        return self._program[-1]

    def _emit(self, part: Part) -> None:
        match part:
            case CharSet():
                self._add(CHAR, part)
            case Edge(sign, lines):
                self._add(EDGE, sign, lines)
            case Back(number):
                self._has_back = True
                self._add(BACK, number)
            case Sequence(parts):
                for inner in parts:
                    self._emit(inner)
            case Group(number, inner):
                self._emit_group(number, inner)
            case Choice(options):
                self._emit_choice(options)
            case Repeat():
                self._emit_repeat(part)

    def _emit_group(self, number: int, inner: Part) -> None:
        slot = max(number, 0) * 2
        if number:
            self._add(SAVE, slot)
        self._emit(inner)
        if number:
            self._add(SAVE, slot + 1)

    def _emit_choice(self, options: tuple[Part, ...]) -> None:
        jumps: list[Instruction] = []
        for option in options[:-1]:
            split = self._add(SPLIT, len(self._program) + 1, 0)
            self._emit(option)
            jumps.append(self._add(JUMP, 0))
            split[2] = len(self._program)
        self._emit(options[-1])
        for jump in jumps:
            jump[1] = len(self._program)

    def _emit_repeat(self, repeat: Repeat) -> None:
        for _ in range(repeat.least):
            self._emit(repeat.part)
        first, second = (1, 2) if repeat.greedy else (2, 1)
        if repeat.most is None:
            start = len(self._program)
            split = self._add(SPLIT, 0, 0)
            split[first] = start + 1
            self._emit(repeat.part)
            self._add(JUMP, start)
            split[second] = len(self._program)
            return
        splits: list[Instruction] = []
        for _ in range(repeat.most - repeat.least):
            split = self._add(SPLIT, 0, 0)
            split[first] = len(self._program)
            splits.append(split)
            self._emit(repeat.part)
        for split in splits:
            split[second] = len(self._program)

    def search(self, text: str, start: int, run: Run) -> list[tuple[int, int] | None] | None:
        """The spans of the first match at or after `start`, or None."""
        tried: set[Any] = set()
        nothing = (-1,) * ((self._groups + 1) * 2)
        for at in range(start, len(text) + 1):
            found = self._match(text, at, nothing, tried, run)
            if found is not None:
                pairs = zip(found[::2], found[1::2], strict=True)
                return [(a, b) if a >= 0 and b >= 0 else None for a, b in pairs]
        return None

    def _match(self, text: str, start: int, captures: Captures, tried: set[Any], run: Run) -> Captures | None:  # noqa: C901, PLR0912 - the machine's loop
        program, end = self._program, len(text)
        waiting: list[tuple[int, int, Captures]] = [(0, start, captures)]
        steps = 0
        while waiting:
            counter, at, captures = waiting.pop()
            while True:
                steps += 1
                if steps > 256:
                    run.charge(steps)
                    steps = 0
                instruction = program[counter]
                counter += 1
                match instruction[0]:
                    case 0:  # CHAR
                        if at >= end or not instruction[1].has(text[at]):
                            break
                        at += 1
                    case 1:  # SPLIT
                        key = (counter, at, captures) if self._has_back else counter * (end + 1) + at
                        if key in tried:
                            break
                        tried.add(key)
                        waiting.append((instruction[2], at, captures))
                        counter = instruction[1]
                    case 2:  # JUMP
                        counter = instruction[1]
                    case 3:  # SAVE
                        slot = instruction[1]
                        captures = (*captures[:slot], at, *captures[slot + 1 :])
                    case 4:  # EDGE
                        if not _at_edge(instruction[1], instruction[2], text, at):
                            break
                    case 5:  # BACK
                        length = self._back(instruction[1], text, at, captures)
                        if length < 0:
                            break
                        at += length
                    case _:
                        run.charge(steps)
                        return captures
        run.charge(steps)
        return None

    def _back(self, number: int, text: str, at: int, captures: Captures) -> int:
        """How many characters repeat the group here, -1 when they do not. A group that took no part matches nothing
        (§5.6.1)."""
        start, end = captures[number * 2], captures[number * 2 + 1]
        wanted = text[start:end] if start >= 0 and end >= 0 else ""
        there = text[at : at + len(wanted)]
        same = wanted.casefold() == there.casefold() if self._any_case else wanted == there
        return len(wanted) if same else -1


def _at_edge(sign: str, lines: bool, text: str, at: int) -> bool:
    if sign == "^":
        return at == 0 or (lines and text[at - 1] == "\n" and at < len(text))
    return at == len(text) or (lines and text[at] == "\n")
