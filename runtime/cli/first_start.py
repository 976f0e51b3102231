"""What a new installation gets once: an administrator, and the demo users and records of its packages."""

from __future__ import annotations

from collections.abc import Iterable

from runtime.access.actor import SYSTEM
from runtime.access.service import new_password
from runtime.packages.demo import SignIn, install_demo
from runtime.packages.package import Package
from runtime.platform import Platform
from runtime.store.work import Work

ADMINISTRATOR = "admin"


def set_up(platform: Platform, *, demo: bool | None = None) -> list[SignIn]:
    """The sign-ins that were made, to be shown once; empty when all was done before. All of it happens, or nothing.

    Demo data comes at the first start only, so that no later start puts it among real data: `demo` True asks for it at any
    start, False for none.
    """
    with platform.database.write(SYSTEM, "first start") as work:
        made = _administrator(work, platform)
        if demo or (demo is None and made):
            made += demo_data(work, platform, platform.packages.all)
    return made


def demo_data(work: Work, platform: Platform, packages: Iterable[Package]) -> list[SignIn]:
    """Put in the demo data of packages that was not put in before; its new sign-ins."""
    return [one for package in packages for one in install_demo(work, package, platform.access, platform.records)]


def _administrator(work: Work, platform: Platform) -> list[SignIn]:
    if not platform.access.once(work, "first administrator"):
        return []
    password, roles = new_password(), ("administrator", "process_analyst")
    platform.access.add_user(work, ADMINISTRATOR, name="Administrator", password=password, roles=roles)
    return [SignIn(user=ADMINISTRATOR, name="Administrator", roles=roles, password=password)]
