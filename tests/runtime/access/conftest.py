from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from runtime.access.passwords import Passwords
from runtime.access.roles import PLATFORM_ROLES, Grant, Role, Roles
from runtime.access.service import Access

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def roles() -> Roles:
    seller = Role(
        name="seller",
        label={"en": "Seller"},
        permissions=frozenset({"task.work"}),
        grants=(
            Grant(type="lead", actions=frozenset({"read"})),
            Grant(type="lead", actions=frozenset({"update"}), scope="own"),
        ),
        owner="demo",
    )
    viewer = Role(name="viewer", label={"en": "Viewer"}, grants=(Grant(type="lead", actions=frozenset({"read"}), scope="own"),))
    return Roles({**PLATFORM_ROLES, "seller": seller, "viewer": viewer})


@pytest.fixture
def access(roles: Roles) -> Access:
    return Access(roles, passwords=Passwords(CHEAP))
