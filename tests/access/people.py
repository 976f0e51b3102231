"""The people of the access matrix, and what belongs to each of them: one of everything that somebody can own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher

from runtime.access import substitutes
from runtime.access.actor import SYSTEM, Actor
from runtime.access.passwords import Passwords
from runtime.platform import Config, Platform, build
from runtime.store.work import Work

ANONYMOUS: Final = "anonymous"
ROLES: Final = {
    "no role": frozenset[str](),
    "staff": frozenset({"staff"}),
    "lead": frozenset({"lead"}),
    "operator": frozenset({"operator"}),
    "analyst": frozenset({"process_analyst"}),
    "administrator": frozenset({"administrator"}),
}
"""The columns of the matrix beside `ANONYMOUS`. Staff, lead and operator are roles of the package beside this file."""
STRANGER: Final = "demo-stranger"
DEPUTY: Final = "demo-deputy"
PASSWORD: Final = "correct horse battery"  # of demo people
PACKAGE: Final = Path(__file__).parent / "package"


@dataclass(frozen=True, slots=True, kw_only=True)
class Belongings:
    """Ids of what one person has."""

    user: str
    task_id: str
    done_id: str
    co_signature_id: str
    record_id: str
    substitute_id: str


def user_of(role: str) -> str:
    """The person who has this role and no other."""
    return f"demo-{role.replace(' ', '-')}"


def open_shop(url: str, data_dir: Path) -> Platform:
    """A prepared platform with the package and one person for each role."""
    shop = build(Config(database=url, data_dir=data_dir), packages=[PACKAGE])
    shop.access.passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    shop.prepare()
    people = {user_of(role): roles for role, roles in ROLES.items()}
    with shop.database.write(SYSTEM, "people of the matrix") as work:
        for user, roles in {**people, STRANGER: {"staff"}, DEPUTY: {"staff"}}.items():
            shop.access.add_user(work, user, name=user.replace("-", " ").title(), password=PASSWORD, roles=sorted(roles))
    return shop


def give_belongings(shop: Platform, user: str) -> Belongings:
    """One of everything for a person; what needs two steps is done by them in two transactions."""
    owner = Actor(id=user, name=user, roles=frozenset({"administrator"}))
    with shop.database.write(owner, "belongings") as work:
        chores = [_chore(shop, work, user) for _ in range(2)]
        other = _chore(shop, work, DEPUTY)
    with shop.database.write(owner, "belongings") as work:
        for chore in chores:
            shop.processes.complete_task(work, _task(shop, work, chore), {})
    with shop.database.write(Actor(id=DEPUTY, name=DEPUTY, roles=frozenset({"staff"})), "please sign") as work:
        shop.processes.moves.add_co_signer(work, _task(shop, work, other), user, together=True)
    with shop.database.write(SYSTEM, "belongings") as work:
        record = shop.records.create(work, "case", {"subject": f"Case of {user}", "owner": user})
        later = work.now + timedelta(days=400)
        away = substitutes.add(work, user, DEPUTY, starts_at=later, ends_at=later + timedelta(days=1))
        return Belongings(
            user=user,
            task_id=_task(shop, work, chores[0]),
            done_id=_done(shop, work, chores[1]),
            co_signature_id=_co_signature(shop, work, other),
            record_id=str(record["id"]),
            substitute_id=away.id,
        )


def _chore(shop: Platform, work: Work, user: str) -> str:
    return shop.processes.start(work, "chore", {"who": user})


def _task(shop: Platform, work: Work, instance_id: str) -> str:
    return next(task.id for task in shop.processes.instance(work, instance_id).tasks if task.co_signs is None)


def _co_signature(shop: Platform, work: Work, instance_id: str) -> str:
    return next(task.id for task in shop.processes.instance(work, instance_id).tasks if task.co_signs is not None)


def _done(shop: Platform, work: Work, instance_id: str) -> str:
    journal = shop.processes.journal(work, instance_id)
    key = next(event["task"] for row in journal for event in row.events if event["event"] == "UserTaskCompleted")
    return f"{instance_id}.{key}"
