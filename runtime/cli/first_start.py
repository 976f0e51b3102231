"""What a new installation gets once: an administrator, and the demo users and records of its packages."""

from __future__ import annotations

from runtime.access.actor import SYSTEM
from runtime.access.service import new_password
from runtime.packages.demo import SignIn, install_demo
from runtime.platform import Platform

ADMINISTRATOR = "admin"


def set_up(platform: Platform, *, demo: bool) -> list[SignIn]:
    """The sign-ins that were made, to be shown once; empty when all was done before. All of it happens, or nothing."""
    made: list[SignIn] = []
    with platform.database.write(SYSTEM, "first start") as work:
        if platform.access.once(work, "first administrator"):
            password, roles = new_password(), ("administrator", "process_analyst")
            platform.access.add_user(work, ADMINISTRATOR, name="Administrator", password=password, roles=roles)
            made.append(SignIn(user=ADMINISTRATOR, name="Administrator", roles=roles, password=password))
        if demo:
            for package in platform.packages.all:
                made += install_demo(work, package, platform.access, platform.records)
    return made
