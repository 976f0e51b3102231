"""What the engine refuses, in the user's language. Sentences that hold names stay as they are."""

from __future__ import annotations

from runtime.errors import RingiError
from runtime.i18n import N_, gettext

KNOWN = (
    N_("The task cannot be taken back: somebody else completed it."),
    N_("The task cannot be taken back: its co-signers have it now, and one of them can refuse it."),
    N_("The task cannot be taken back: the part of the process in which it lies has ended."),
    N_("The task cannot be taken back: the process has gone on since."),
    N_("The task cannot be taken back: the next task is done already."),
    N_("The task cannot be taken back: a program has begun to work."),
    N_("The task cannot be taken back: a message was sent."),
    N_("The task cannot be taken back: a signal was sent."),
    N_("The task cannot be taken back: another process was called."),
    N_("The task cannot be taken back: it has met another branch of the process."),
    N_("The task cannot be taken back: it has ended other work."),
    N_("The task cannot be taken back: it ended in an error."),
    N_("The task cannot be taken back: it was escalated."),
    N_("The task cannot be taken back: it is one turn of several."),
    N_("The task cannot be taken back: it can be undone by its compensation only."),
    N_("The task cannot be taken back: too much has happened since."),
    N_("The instance is suspended. Resume it first."),
)


ENDED = N_("The process has ended.")


def told(refusal: RingiError) -> str:
    """The sentence of a refusal, translated where it is known."""
    if refusal.code in {"PROC-1004", "KERNEL-1003"}:
        return gettext(ENDED)
    return gettext(refusal.detail) if refusal.detail in KNOWN else refusal.detail
