"""Demo data of a package: users, one for each role, and records that refer to each other. Visibly demo, put in once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from engine.api import from_plain
from runtime.access.service import Access, new_password
from runtime.errors import Invalid
from runtime.packages.package import Package
from runtime.records.service import Records
from runtime.store.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A new user with a generated password, to be shown once."""

    user: str
    name: str
    roles: tuple[str, ...]
    password: str


def install_demo(work: Work, package: Package, access: Access, records: Records) -> list[SignIn]:
    """Put in the demo data of a package, the first time this is asked; nothing later, even when it was deleted.

    Raises Invalid naming the file and the entry that does not fit.
    """
    if package.demo is None or not access.once(work, f"demo:{package.name}"):
        return []
    data = yaml.safe_load(package.demo.read_text(encoding="utf-8")) or {}
    sign_ins = [_add_user(work, access, user) for user in data.get("users", [])]
    _add_records(work, package.demo, records, data.get("records", []))
    return sign_ins


def _add_user(work: Work, access: Access, user: Mapping[str, Any]) -> SignIn:
    password = new_password()
    added = access.add_user(
        work,
        user["id"],
        name=user["name"],
        password=password,
        roles=user.get("roles", ()),
        language=user.get("language", "en"),
        email=user.get("email"),
    )
    return SignIn(user=added.id, name=added.name, roles=tuple(user.get("roles", ())), password=password)


def _add_records(work: Work, file: Path, records: Records, entries: Sequence[Mapping[str, Any]]) -> None:
    made: dict[str, str] = {}
    for number, entry in enumerate(entries, 1):
        values = dict(_resolved(file, number, entry.get("values", {}), made))
        try:
            record = records.create(work, entry["type"], values)
        except Invalid as refusal:
            place = f"{file.name}, record {number} ({entry['type']})"
            raise Invalid("PKG-1050", f"{place}: {refusal.detail}", fields=refusal.fields) from refusal
        if "key" in entry:
            made[entry["key"]] = record["id"]


def _resolved(file: Path, number: int, values: Mapping[str, Any], made: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """The values with ``@key`` replaced by the id of the record that was made under that key."""
    for name, value in values.items():
        if isinstance(value, str) and value.startswith("@"):
            if value[1:] not in made:
                raise Invalid(
                    "PKG-1051", f"{file.name}, record {number}: {name} refers to {value}, which no record before it has."
                )
            yield name, made[value[1:]]
        else:
            yield name, from_plain(value)
