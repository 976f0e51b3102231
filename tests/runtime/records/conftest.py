"""A small installation of record types: firms, deals with a pipeline and lines, and notes without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from argon2 import PasswordHasher

from runtime.access.actor import SYSTEM, Actor
from runtime.access.passwords import Passwords
from runtime.access.role_files import read_roles
from runtime.access.service import Access
from runtime.declarations import PackageFile
from runtime.packages.yaml_files import parse_yaml
from runtime.records.registry import RecordTypes, read_record_types
from runtime.records.service import Records
from runtime.store.database import Database
from runtime.store.work import Work

FIRM = """
type: firm
label: {en: Firm, ja: 会社, ru: Компания}
number: "F-{:04d}"
title: name
fields:
  name: {type: text, required: true, searchable: true, label: Name}
  code: {type: text, unique: true, label: Code}
  email: {type: email, searchable: true, personal: true, label: E-mail}
  phone: {type: phone, searchable: true, personal: true, label: Phone}
  website: {type: url, label: Website}
  size: {type: choice, searchable: true, label: Size, choices: {small: {en: Small, ja: 小規模}, large: Large}}
  tags: {type: multi_choice, label: Tags, choices: {a: A, b: B, c: C}}
  founded_on: {type: date, label: Founded}
  seen_at: {type: datetime, label: Seen}
  active: {type: boolean, default: true, label: Active}
  employees: {type: number, min: 0, max: 1000000, label: Employees}
  extra: {type: json, label: Extra}
  remarks: {type: long_text, label: Remarks}
  score: {type: number, read_only: true, label: Score}
  deals: {type: children, of: deal, by: firm, label: Deals}
"""
DEAL = """
type: deal
label: {en: Deal, ja: 商談, ru: Сделка}
plural: Deals
number: "D-{:05d}"
title: name
pipelines: [deal.sale]
fields:
  name: {type: text, required: true, searchable: true, label: Name}
  firm: {type: reference, to: firm, label: Firm}
  amount: {type: money, label: {en: Amount, ja: 金額}}
  chance: {type: percent, label: Chance}
  budget: {type: money, label: Budget}
  loss_reason: {type: choice, label: Why lost, choices: {price: Price, timing: Timing}}
  opened_on: {type: date, default: "=date(now())", label: Opened}
  lines: {type: children, of: deal_line, by: deal, label: Lines}
list: [number, name, stage, amount, owner]
"""
LINE = """
type: deal_line
label: Line
title: name
fields:
  name: {type: text, required: true, label: Name}
  deal: {type: reference, to: deal, required: true, label: Deal}
  quantity: {type: number, label: Quantity}
"""
SALE = """
pipeline: deal.sale
type: deal
label: {en: Sale, ja: 販売}
default: true
stages:
  new: {label: New, next: [talk, lost]}
  talk:
    label: {en: Talk, ja: 商談中}
    probability: 20
    required: [firm]
    checklist:
      - {key: called, label: Customer called, closing: true}
      - {key: noted, label: Notes written}
  offer:
    label: Offer
    probability: 60
    required: [amount, budget]
    gate: "=amount > 0 and budget >= amount"
    next: [won, lost, talk]
  won: {label: Won, category: won, probability: 100, next: []}
  lost: {label: Lost, category: lost, required: [loss_reason], requires_reason: true, next: [new]}
"""
FAST = """
pipeline: deal.fast
type: deal
label: Fast
stages:
  asked: {label: Asked, next: [done]}
  done: {label: Done, category: won}
"""
ROLES = """
roles:
  seller:
    label: Seller
    permissions: [task.work]
    grants:
      - {type: firm, actions: [read, create, update]}
      - {type: deal, actions: [read, create, update, transition], scope: own}
      - {type: deal_line, actions: [read, create]}
  mover:
    label: Mover
    grants: [{type: deal, actions: [read, transition]}]
  manager:
    label: Manager
    permissions: [record.import]
    grants:
      - {type: firm, actions: [read, create, update, assign, delete]}
      - {type: deal, actions: [read, create, update, transition, assign, delete]}
      - {type: deal_line, actions: [read, create, update, delete]}
"""


def _package_file(text: str, name: str = "test.yaml", owner: str = "demo") -> PackageFile:
    return PackageFile(owner, parse_yaml(text.encode(), name))


def _read_types(*types: str, pipelines: tuple[str, ...] = ()) -> RecordTypes:
    return read_record_types([_package_file(t) for t in types], [_package_file(p) for p in pipelines])


@pytest.fixture(scope="session")
def package_file() -> Callable[..., PackageFile]:
    """Makes a parsed file of a package out of its text, its name and its owner."""
    return _package_file


@pytest.fixture(scope="session")
def read_types() -> Callable[..., RecordTypes]:
    """Reads record types, and pipelines, from their texts."""
    return _read_types


@pytest.fixture(scope="session")
def types() -> RecordTypes:
    return _read_types(FIRM, DEAL, LINE, pipelines=(SALE, FAST))


@pytest.fixture(scope="session")
def access(types: RecordTypes) -> Access:
    roles = read_roles([_package_file(ROLES)], types=set(types.types))
    return Access(roles, passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)))


@dataclass
class Office:
    """Records on a database, and who works with them. Published events are in `events`."""

    database: Database
    records: Records
    access: Access
    events: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    @contextmanager
    def work(self, user: str = "manager", via: str = "ui") -> Iterator[Work]:
        with self.database.write(self.actor(user, via)) as work:
            yield work

    def actor(self, user: str, via: str = "ui") -> Actor:
        if user == "system":
            return SYSTEM
        with self.database.read() as work:
            found = self.access.user(work, user)
        assert found is not None, user
        return found.actor(via)

    def event_names(self) -> list[str]:
        return [name for name, _, _ in self.events]


@pytest.fixture
def office(database: Database, types: RecordTypes, access: Access) -> Office:
    published: list[tuple[str, str, dict[str, Any]]] = []

    def publish_later(work: Work, name: str, key: str, variables: Any) -> None:
        published.append((name, key, dict(variables)))

    made = Office(database, Records(types, access, publish_later=publish_later), access, published)
    with database.write(SYSTEM) as work:
        made.records.install(work)
        for user, roles in {
            "seller": ["seller"],
            "other": ["seller"],
            "mover": ["mover"],
            "manager": ["manager"],
            "nobody": [],
        }.items():
            access.add_user(work, user, name=f"Demo {user.title()}", roles=roles)
    return made
