"""Who does the tasks of whom while they are away.

It reaches one level: a deputy has the tasks of the person they stand in for, and not those that this person has as a deputy. So
that no task is left with somebody who is away, too, a time span in which both are away is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping

from runtime.access import substitute_statements as statements
from runtime.access import users
from runtime.errors import Conflict, Invalid, NotFound
from runtime.i18n import _, format_datetime
from runtime.store.ids import new_id
from runtime.store.work import Work

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """`deputy` has the tasks of `absent` from `starts_at` on, until before `ends_at`."""

    id: str
    absent: str
    deputy: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    set_by: str


def add(work: Work, absent: str, deputy: str, *, starts_at: datetime, ends_at: datetime, reason: str = "") -> Substitution:
    """Let `deputy` do the tasks of `absent` for a time. The caller has asked who may.

    Raises NotFound or Invalid for people and times that make no sense, Conflict for a second deputy or one who is away, too.
    """
    _check_people(work, absent, deputy)
    _check_times(work, starts_at, ends_at)
    statements.lock_people(work.connection, absent, deputy)
    other = statements.select_clash(work.connection, absent, deputy, starts_at, ends_at)
    if other is not None:
        raise Conflict("ACC-1021", _why_not(other, absent, deputy))
    made = Substitution(
        id=new_id(),
        absent=absent,
        deputy=deputy,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip()[:LONGEST_REASON],
        set_by=work.actor.id,
    )
    values = {name: getattr(made, name) for name in ("id", "absent", "deputy", "starts_at", "ends_at", "reason", "set_by")}
    statements.insert_substitution(work.connection, values | {"set_at": work.now})
    return made


def get(work: Work, id: str) -> Substitution:
    """One that has not ended. Raises NotFound."""
    found = _read(work, id=id)
    if not found:
        raise NotFound("ACC-1022", _("There is no such deputy any more."))
    return found[0]


def remove(work: Work, id: str) -> None:
    """Let it end now. The caller has asked who may. Raises NotFound."""
    get(work, id)
    statements.delete_substitution(work.connection, id)


def of(work: Work, user: str) -> tuple[Substitution, ...]:
    """Those that have not ended in which the user is away or the deputy, the next first."""
    return _read(work, user=user)


def all_of(work: Work) -> tuple[Substitution, ...]:
    """All that have not ended, the next first."""
    return _read(work)


def absent_of(work: Work, deputy: str) -> tuple[str, ...]:
    """The people whose tasks the user has right now."""
    return tuple(dict.fromkeys(statements.select_absent(work.connection, deputy, work.now)))


def _read(work: Work, *, id: str | None = None, user: str | None = None) -> tuple[Substitution, ...]:
    rows = statements.select_substitutions(work.connection, work.now, id=id, user=user)
    return tuple(Substitution(**{name: value for name, value in row.items() if name != "set_at"}) for row in rows)


def _check_people(work: Work, absent: str, deputy: str) -> None:
    users.get(work, absent)
    found = users.find(work, deputy)
    if found is None or not found.active:
        raise Invalid("ACC-1020", _("There is no active user %(user)s.", user=deputy))
    if absent == deputy:
        raise Invalid("ACC-1020", _("Nobody stands in for themselves."))


def _check_times(work: Work, starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at or ends_at <= work.now:
        raise Invalid("ACC-1020", _("The end lies after the beginning, and in the future."))


def _why_not(other: RowMapping, absent: str, deputy: str) -> str:
    names = {"absent": other["absent"], "deputy": other["deputy"], "time": format_datetime(other["ends_at"])}
    if other["absent"] == absent:
        return _("%(absent)s has the deputy %(deputy)s until %(time)s already. End that first.", **names)
    if other["absent"] == deputy:
        return _("%(absent)s is away until %(time)s, with %(deputy)s as deputy. Choose somebody else.", **names)
    return _("%(deputy)s stands in for %(absent)s until %(time)s. Find another deputy for %(absent)s first.", **names)
