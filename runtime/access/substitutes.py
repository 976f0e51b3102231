"""Who does the tasks of whom while they are away.

It reaches one level: a deputy has the tasks of the person they stand in for, and not those that this person has as a deputy. So
that no task is left with somebody who is away, too, a time span in which both are away is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, delete, insert, or_, select

from runtime.access import users
from runtime.access.tables import substitution, user_account
from runtime.errors import Conflict, Invalid, NotFound
from runtime.i18n import _, format_datetime
from runtime.store.ids import new_id
from runtime.store.prepared import Prepared
from runtime.store.work import Work

LONGEST_REASON = 500

_ABSENT = Prepared(
    select(substitution.c.absent)
    .where(substitution.c.deputy == bindparam("the_deputy"))
    .where(substitution.c.starts_at <= bindparam("now"), substitution.c.ends_at > bindparam("now"))
    .order_by(substitution.c.starts_at)
)


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
    _lock(work.connection, absent, deputy)
    for other in _overlapping(work.connection, absent, deputy, starts_at, ends_at):
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
    work.connection.execute(insert(substitution).values(**values, set_at=work.now))
    return made


def get(work: Work, id: str) -> Substitution:
    """One that has not ended. Raises NotFound."""
    found = _read(work, substitution.c.id == id)
    if not found:
        raise NotFound("ACC-1022", _("There is no such deputy any more."))
    return found[0]


def remove(work: Work, id: str) -> None:
    """Let it end now. The caller has asked who may. Raises NotFound."""
    get(work, id)
    work.connection.execute(delete(substitution).where(substitution.c.id == id))


def of(work: Work, user: str) -> tuple[Substitution, ...]:
    """Those that have not ended in which the user is away or the deputy, the next first."""
    return _read(work, or_(substitution.c.absent == user, substitution.c.deputy == user))


def all_of(work: Work) -> tuple[Substitution, ...]:
    """All that have not ended, the next first."""
    return _read(work)


def absent_of(work: Work, deputy: str) -> tuple[str, ...]:
    """The people whose tasks the user has right now."""
    found = _ABSENT.all(work.connection, {"the_deputy": deputy, "now": work.now})
    return tuple(dict.fromkeys(row["absent"] for row in found))


def _read(work: Work, *conditions: object) -> tuple[Substitution, ...]:
    query = select(substitution).where(substitution.c.ends_at > work.now, *conditions)  # type: ignore[arg-type]
    rows: Sequence[RowMapping] = work.connection.execute(query.order_by(substitution.c.starts_at)).mappings().all()
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


def _lock(connection: Connection, *people: str) -> None:
    """So that nobody else looks for overlapping times of the same people at this moment."""
    query = select(user_account.c.id).where(user_account.c.id.in_(people)).order_by(user_account.c.id)
    connection.execute(query.with_for_update()).all()


def _overlapping(
    connection: Connection, absent: str, deputy: str, starts_at: datetime, ends_at: datetime
) -> Sequence[RowMapping]:
    """What speaks against it: `absent` has a deputy or is one then, or `deputy` is away."""
    clash = or_(substitution.c.absent == absent, substitution.c.deputy == absent, substitution.c.absent == deputy)
    query = select(substitution).where(clash, substitution.c.starts_at < ends_at, substitution.c.ends_at > starts_at)
    return connection.execute(query.limit(1)).mappings().all()


def _why_not(other: RowMapping, absent: str, deputy: str) -> str:
    names = {"absent": other["absent"], "deputy": other["deputy"], "time": format_datetime(other["ends_at"])}
    if other["absent"] == absent:
        return _("%(absent)s has the deputy %(deputy)s until %(time)s already. End that first.", **names)
    if other["absent"] == deputy:
        return _("%(absent)s is away until %(time)s, with %(deputy)s as deputy. Choose somebody else.", **names)
    return _("%(deputy)s stands in for %(absent)s until %(time)s. Find another deputy for %(absent)s first.", **names)
