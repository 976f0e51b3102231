"""Who may name deputies for whom: everybody for themselves, who manages users for all."""

from __future__ import annotations

from runtime.access import substitutes
from runtime.access.substitutes import Substitution
from runtime.errors import Forbidden
from runtime.http.current import actor, platform
from runtime.i18n import _
from runtime.store.work import Work


def manages_others() -> bool:
    """True for those who name deputies for everybody."""
    return platform().access.permits(actor(), "user.manage")


def check_own(absent: str) -> None:
    """Raise Forbidden when this person may not say who stands in for `absent`."""
    if absent != actor().id and not manages_others():
        raise Forbidden("ACC-1023", _("You can name a deputy for yourself only. Ask an administrator for others."))


def seen(work: Work) -> tuple[Substitution, ...]:
    """Those this person may see, that have not ended."""
    return substitutes.all_of(work) if manages_others() else substitutes.of(work, actor().id)
