"""Ad-hoc sub-processes of the reference interpreter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support import structured_process as s
from tests.support.reference_frames import Frame, Thread, Wait, Work
from tests.support.reference_machine import Machine
from tests.support.reference_orders import alone, waiting

if TYPE_CHECKING:
    from tests.support.reference_interpreter import Interpretation


class AdHocRun:
    """An ad-hoc sub-process that runs: what was chosen and has not begun, and how many parts are active."""

    def __init__(self, machine: Interpretation, block: s.AdHoc, frame: Frame, name: str) -> None:
        self.machine, self.block, self.frame, self.name = machine, block, frame, name
        self.chosen = list(range(len(block.parts)) if block.first is None else block.first)
        self.active = 0
        self.thread: Thread | None = None

    def work(self) -> Work:
        """Begin what was chosen; look again whenever a part ended."""
        while True:
            if not self._is_enough():
                self.begin()
            elif self.block.cancel:
                yield alone()
                self.active = 0
            if self.active:
                yield self._until_a_part_ends
            elif self._is_enough() or self.block.enough is None:
                return
            else:
                self.chosen.append((yield waiting(Wait("incident", f"t{self.name}", "chosen"))))

    def choose(self, part: int) -> None:
        """Somebody wants a part done (again)."""
        self.chosen.append(part)
        self.begin()

    def begin(self) -> None:
        """Begin the chosen parts; in a sequential sub-process the first, when nothing is active."""
        while self.chosen and not (self.block.sequential and self.active):
            self.active += 1
            self.machine.spawn(self.frame, self._part(self.chosen.pop(0)), self._ended)

    def _part(self, number: int) -> Work:
        yield from self.machine.activity(self.block.parts[number], self.frame, f"{self.name}_{number}")
        self.frame.write(f"k{self.name}", self.frame.read(f"k{self.name}") + 1)

    def _ended(self) -> None:
        self.active -= 1
        assert self.thread is not None, "it runs"
        self.machine.ready.append((self.thread, None))

    def _until_a_part_ends(self, machine: Machine, thread: Thread) -> None:
        self.thread = thread

    def _is_enough(self) -> bool:
        return self.block.enough is not None and bool(self.frame.read(f"k{self.name}") >= self.block.enough)
