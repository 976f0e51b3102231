"""The executor's one entrance, of the same shape as the kernel's: an order and the state in, facts out."""

from __future__ import annotations

from datetime import datetime

from engine.kernel.commands import CancelInstance, Command
from engine.kernel.definitions import Definitions
from engine.kernel.execution import Outcome, refused
from engine.kernel.state import State
from engine.spiff.handlers import HANDLERS, not_supported
from engine.spiff.run import Run
from engine.spiff.settling import settle


def advance(definitions: Definitions, state: State, command: Command, now: datetime, *, budget: int) -> Outcome:
    """Carry out a command on an instance that SpiffWorkflow runs; see `engine.kernel.advance`."""
    if now.tzinfo is None:
        raise ValueError("the time of a command needs a zone")
    wrong = refused(state, command)
    if wrong is not None:
        return wrong
    handler = HANDLERS.get(type(command))
    if handler is None:
        return not_supported(_WORDS.get(type(command).__name__, "worked on in this way"))
    run = Run(definitions, state, now, budget)
    rejected = handler(run, command)
    if rejected is not None:
        return rejected
    if not isinstance(command, CancelInstance):
        run.run_ready()
        settle(run)
    return tuple(run.events)


_WORDS = {
    "SuspendInstance": "suspended",
    "ModifyInstance": "modified",
    "MigrateInstance": "migrated",
    "SendBackUserTask": "sent back to an earlier task",
    "WithdrawUserTask": "taken back by who completed a task",
    "HandOverUserTask": "handed over to somebody else",
    "AddCoSigner": "co-signed",
    "RefuseCoSignature": "co-signed",
}
