"""How far an element instance got when its behaviour ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum
from typing import TYPE_CHECKING

from engine.feel import Value
from engine.kernel.codes import Failure

if TYPE_CHECKING:
    from dataclasses import dataclass as fact
else:
    from engine.kernel.fact import fact


class Progress(Enum):
    """WAITS: for work, its contents or other tokens. AGAIN: it has more to do in its next turn. GONE.

    The behaviour itself ended it.
    """

    WAITS = "waits"
    AGAIN = "again"
    GONE = "gone"


@fact(frozen=True, slots=True)
class Finished:
    """The behaviour is done; `variables` are its result, as those of a completed job."""

    variables: Mapping[str, Value] = field(default_factory=dict)


Entered = Progress | Finished | Failure

WAITS = Progress.WAITS
AGAIN = Progress.AGAIN
GONE = Progress.GONE
FINISHED = Finished()
