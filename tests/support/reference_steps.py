"""The small things that blocks of the reference interpreter do: work, wait, throw, and undo."""

from __future__ import annotations

from tests.support import structured_process as s
from tests.support.reference_frames import Done, Frame, Wait, Work
from tests.support.reference_machine import Machine
from tests.support.reference_orders import all_thrown, opened, thrown, waiting
from tests.support.structured_process import Block

NO_RETRIES_LEFT, CONDITION_FAILED, NOTHING_ACTIVE = "KERNEL-2019", "KERNEL-2003", "KERNEL-2052"
"""Codes by which error events can catch failures, as the manual tells them."""


class Back(int):
    """An answer to a user task: the part of the sequence around it that is to be done again."""


SKIPPED = "skipped"
"""An answer to a user task: somebody moved its token to what follows."""

AGAIN = "again"
"""An answer to a user task: somebody began it anew."""


class Steps(Machine):
    """What blocks do by themselves."""

    def _user(self, element: str) -> Work:
        yield waiting(Wait("user", element))
        self.trace[element] += 1

    def _entering(self, frame: Frame, name: str) -> Work:
        value = yield waiting(Wait("user", f"t{name}"))
        if isinstance(value, Back) or value in (SKIPPED, AGAIN):
            return value
        frame.variables = {"entered": value}
        frame.write(f"v{name}", value)
        return None

    def _job(self, frame: Frame, name: str) -> Work:
        job = Wait("job", f"t{name}")
        answer = yield waiting(job)
        while answer in ("fail", "error"):
            code = s.ERROR if answer == "error" else NO_RETRIES_LEFT
            yield thrown("error", code)
            answer = yield waiting(job, Wait("incident", f"t{name}"))
            if answer == "resolved":
                answer = yield waiting(job)
        frame.variables = {"result": answer}
        frame.write(f"v{name}", answer)

    def _step(self, block: Block, frame: Frame, name: str) -> Work:
        match block:
            case s.Catch(kind=kind, signal=signal):
                answer = yield waiting(self._catching(kind, f"t{name}", signal))
                if kind in ("message", "receive"):
                    frame.write(f"v{name}", answer)
            case s.Several():
                yield from self._several(block, frame, name)
            case s.Throw(code=code, also=also):
                yield from self._user(f"u{name}")
                yield all_thrown((code, *also))
            case s.Doubt():
                yield from self._user(f"u{name}")
                while frame.read(f"d{name}") is None:
                    yield thrown("error", CONDITION_FAILED)
                    yield waiting(Wait("incident", f"t{name}", f"d{name}"))

    def _several(self, block: s.Several, frame: Frame, name: str) -> Work:
        open_ = {kind: self._catching(kind, f"t{name}", "s0") for kind in block.kinds}
        happened: list[Wait] = []
        brought = None
        while open_:
            answer = yield waiting(*open_.values(), *happened)
            kind = next(kind for kind, wait in open_.items() if wait.answered)
            del open_[kind]
            happened.append(Wait("kept", f"t{name}"))
            if kind == "message":
                brought = answer
            if not block.parallel:
                break
        if "message" in block.kinds:
            frame.write(f"v{name}", brought)

    def _catching(self, kind: str, element: str, signal: str) -> Wait:
        kind = "message" if kind == "receive" else kind
        return Wait(kind, element, signal if kind == "signal" else f"c{element[1:]}")

    def _undo(self, source: Frame, frame: Frame, only: str | None = None) -> Work:
        wanted = [done for done in source.kept if only in (None, done.element)]
        source.kept = [done for done in source.kept if done not in wanted]
        yield from self._undo_all(wanted, frame)

    def _undo_all(self, wanted: list[Done], frame: Frame) -> Work:
        while wanted:
            done = wanted.pop()
            if done.handler is not None:
                yield from done.handler(frame, done)
                continue
            inner = Frame(path=frame.path, variables=dict(done.variables))
            yield opened(inner, self._undo_all(done.inside, inner))
            self.trace[done.element] += 1

    def _undone_by_user(self, name: str, frame: Frame, done: Done) -> Work:
        inner = Frame(path=frame.path, variables=dict(done.variables))
        yield opened(inner, self._user(f"undo{name}"))

    def _undone_inside(self, name: str, frame: Frame, done: Done) -> Work:
        inner = Frame(path=frame.path, variables=dict(done.variables))
        yield opened(inner, self._user(f"undo{name}"))
        self.trace[f"x{name}"] += 1
        self.trace[done.element] += 1
