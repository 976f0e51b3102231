"""What lies in blocks, and what they write."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support import structured_process as s
from tests.support.structured_process import Block


def children(block: Block) -> tuple[Block, ...]:
    """The blocks directly inside, in order."""
    match block:
        case s.Seq(blocks=inside) | s.And(branches=inside) | s.Loose(parts=inside) | s.AdHoc(parts=inside):
            return inside
        case s.Xor() | s.Or() | s.Split():
            return (*(b for _, b in block.branches), block.default)
        case s.Loop() | s.Repeat() | s.Sub() | s.Many() | s.Call():
            return (block.body,)
        case s.Twice(branches=inside) | s.Some(branches=inside) | s.Undoing(parts=inside):
            return (*inside, block.after)
        case s.Guarded(activity=inside, events=events) | s.Watched(body=inside, events=events):
            return (inside, *(handler for _, handler in events))
        case s.Ending():
            return (block.body, block.other, block.handler)
    return ()


def named(block: Block, name: str) -> Iterator[tuple[str, Block]]:
    """The block and all inside it with their names; a name tells the place in the structure."""
    yield name, block
    for n, child in enumerate(children(block)):
        yield from named(child, f"{name}_{n}")


def written(block: Block, name: str) -> list[str]:
    """The variables, other than counters, that the block writes in the scope around it."""
    own: list[str] = []
    match block:
        case s.User() | s.Job() | s.Rule():
            own = [f"v{name}"]
        case s.Call():
            return [f"r{name}"]
        case s.Catch(kind="message" | "receive"):
            own = [f"v{name}"]
        case s.Several(kinds=kinds) if "message" in kinds:
            own = [f"v{name}"]
        case s.Many():
            return [f"o{name}"]  # all else is local to its turns
        case s.Loop():
            own = [f"i{name}"]
        case s.Doubt():
            own = [f"d{name}"]
    return own + [v for n, child in enumerate(children(block)) for v in written(child, f"{name}_{n}")]
