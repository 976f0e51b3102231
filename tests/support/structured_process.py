"""Random processes as structure: blocks in blocks. `structured_drawing` makes diagrams of them.

The blocks are such that what happens does not depend on the order in which one step does parallel work: global counters are
only added to, every other variable is written by one block, which a multi-instance makes local to each of its turns, and what
ends or interrupts others comes right after a user task, when all else is at rest.
"""

from __future__ import annotations

from dataclasses import dataclass

COUNTERS = ("g0", "g1")
INPUTS = ("a", "loopCounter")
ERROR = "E"
"""The code of all errors that blocks throw."""


@dataclass(frozen=True)
class Script:
    """Add to a global counter: a number, or the number of the turn."""

    counter: int
    amount: int
    per_turn: bool = False


@dataclass(frozen=True)
class Rule:
    """A business rule task: its decision doubles the input `a`."""


@dataclass(frozen=True)
class Pass:
    """What a token only goes through: task, manualTask, intermediateThrowEvent, link, message (thrown), sendTask (the same)."""

    kind: str


@dataclass(frozen=True)
class User:
    """A user task that enters a value; `undone` by a user task of its own when it is compensated."""

    undone: bool = False


@dataclass(frozen=True)
class Job:
    """A service task with a result."""


@dataclass(frozen=True)
class Catch:
    """An intermediate event that waits: message, signal, timer, conditional, or receive (a task)."""

    kind: str
    signal: str = "s0"


@dataclass(frozen=True)
class Several:
    """An intermediate event that waits for any of several kinds of things, or, `parallel`, for all; signals are `s0`."""

    kinds: tuple[str, ...]
    parallel: bool


@dataclass(frozen=True)
class Throw:
    """A user task, then an event that others may catch: signal `s0` or `s1`, or escalation `x0` or `x1`.

    `also` is what the event throws besides: of these, or a message, `m`.
    """

    kind: str
    code: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Doubt:
    """A user task, then a gateway whose condition cannot be told while its variable is null."""


@dataclass(frozen=True)
class Pick:
    """An event-based gateway and the kinds of the events behind it; `receive` is a task."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Seq:
    """One after the other."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Condition:
    """An input is greater than a limit."""

    variable: str
    limit: int


@dataclass(frozen=True)
class Xor:
    """The first branch whose condition holds, else the default."""

    branches: tuple[tuple[Condition, Block], ...]
    default: Block


@dataclass(frozen=True)
class And:
    """All branches, then a join."""

    branches: tuple[Block, ...]


@dataclass(frozen=True)
class Or:
    """Every branch whose condition holds, else the default, then one join of those that were taken."""

    branches: tuple[tuple[Condition, Block], ...]
    default: Block


@dataclass(frozen=True)
class Split:
    """A sub-process whose first task has conditional flows: every branch whose condition holds, else the default; no join."""

    branches: tuple[tuple[Condition, Block], ...]
    default: Block


@dataclass(frozen=True)
class Loop:
    """The body, `turns` times, as a cycle in the diagram."""

    body: Block
    turns: int


@dataclass(frozen=True)
class Sub:
    """An embedded sub-process; where it is `undone`, a compensation event sub-process in it does that, with a user task."""

    body: Block
    undone: bool = False


@dataclass(frozen=True)
class Loose:
    """A sub-process without start event: all its parts begin."""

    parts: tuple[Block, ...]


@dataclass(frozen=True)
class Twice:
    """A sub-process whose branches all lead into one activity without a gateway: it is done once for each.

    Where it `collects`, it is a script that takes the tokens of all to begin, and sends as many, each to one more task.
    """

    branches: tuple[Block, ...]
    after: Script | User
    collects: bool = False


@dataclass(frozen=True)
class Some:
    """A sub-process with a complex gateway: what is behind it begins when `enough` branches are done; it waits for the rest."""

    branches: tuple[Block, ...]
    enough: int
    after: Block


@dataclass(frozen=True)
class AdHoc:
    """An ad-hoc sub-process; `enough` parts done complete it, None: all that were begun. `first` begin by themselves."""

    parts: tuple[User | Sub, ...]
    sequential: bool
    enough: int | None = None
    cancel: bool = True
    first: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Repeat:
    """A sub-process with a loop marker, `turns` times; asked `before`, it may be none."""

    body: Block
    turns: int
    before: bool


@dataclass(frozen=True)
class Many:
    """A multi-instance sub-process, or user task where the body is one, which may stop when `enough` turns are done.

    It has a cardinality, or a `collection` of the numbers from 1.
    """

    body: Block
    items: int
    sequential: bool
    enough: int | None = None
    collection: bool = False


@dataclass(frozen=True)
class Call:
    """The body as a process of its own."""

    body: Block


@dataclass(frozen=True)
class Event:
    """What happens beside an activity: message, timer, cycle (three times), signal, conditional, escalation or error.

    `multiple` is any of several `kinds`, or, `parallel`, all of them; `code` names the signal then.
    """

    kind: str
    interrupting: bool = True
    code: str | None = None
    kinds: tuple[str, ...] = ()
    parallel: bool = False


@dataclass(frozen=True)
class Guarded:
    """An activity with boundary events, each with what is done then."""

    activity: Block
    events: tuple[tuple[Event, Block], ...]


@dataclass(frozen=True)
class Watched:
    """A sub-process with event sub-processes."""

    body: Block
    events: tuple[tuple[Event, Block], ...]


@dataclass(frozen=True)
class Undoing:
    """A sub-process that, after a user task, undoes what was done in it, or `only` what one of its parts did.

    Where it does not `wait`, what comes after the compensation event begins at once.
    """

    parts: tuple[Block, ...]
    only: int | None
    wait: bool
    after: Block


@dataclass(frozen=True)
class Ending:
    """A sub-process in which something `other` goes on while, after the body, a user task leads to an end event.

    It ends by `how`: terminate, error (caught at the border; then the handler is done), escalation, signal or message (nothing
    else ends), compensate, or cancel: it is a transaction then, and the handler is done once all is undone. `also` is what the
    end event throws besides, as that of `Throw`.
    """

    body: Block
    other: Block
    how: str
    handler: Block
    also: tuple[str, ...] = ()


Block = (
    Script
    | Rule
    | Pass
    | User
    | Job
    | Catch
    | Several
    | Throw
    | Doubt
    | Pick
    | Seq
    | Xor
    | And
    | Or
    | Split
    | Loop
    | Sub
    | Loose
    | Twice
    | Some
    | AdHoc
    | Repeat
    | Many
    | Call
    | Guarded
    | Watched
    | Undoing
    | Ending
)
