"""`docs/access-matrix.md`: who may call which route. `python -m tests.access.matrix > docs/access-matrix.md`.

The page is made from what the routes declare, what the roles permit, and `ownership.py`. The test beside this file reads the
page that was committed and tries every cell for real.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask

from runtime.http.app import create_app
from runtime.http.security import PUBLIC, SIGNED_IN, declared
from runtime.platform import Platform
from tests.access.ownership import OWNED
from tests.access.people import ANONYMOUS, ROLES, open_shop

PAGE: Final = Path(__file__).parents[2] / "docs/access-matrix.md"
METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
COLUMNS: Final = (ANONYMOUS, *ROLES)
HEAD: Final = """# Who may call what

Every address of the API and of the screens, and who may use it: **yes**, or **–** for refused. *Anonymous* has not signed in;
*no role* has signed in and has no role. *Staff*, *lead* and *operator* stand for roles that packages bring; *staff* has grants
on its own records, *lead* on all records. Their permissions:

{roles}

Where it matters whose the thing is, a route has a line for one's own and one for another person's.

This page is made from the routes (`make pages`), and every cell of it is tried for real by `tests/access`.
"""
_AREAS: Final = (("/api/v1", "REST API"), ("/designer", "Designer"), ("", "Screens"))
_LINE: Final = re.compile(r"\| `(\w+) ([^`]+)` \| ([^|]*) \| ([^|]*) \| (.*) \|")


@dataclass(frozen=True, slots=True)
class Route:
    """A method of an address, and the permission that it declares."""

    method: str
    rule: str
    permission: str

    @property
    def name(self) -> str:
        """The route as tables name it."""
        return f"{self.method} {self.rule}"

    @property
    def must_say_whose(self) -> bool:
        """True where the permission alone cannot tell who may."""
        return "<" in self.rule and self.permission in {SIGNED_IN, "task.work"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page. `whose` is own, another's, or "" where that makes no difference."""

    name: str
    permission: str
    whose: str
    allowed: frozenset[str]

    @property
    def key(self) -> tuple[str, str]:
        """What tells lines apart."""
        return self.name, self.whose


def routes(app: Flask) -> list[Route]:
    """Every route that declares something, in the order of the addresses."""
    found = (
        Route(method, rule.rule, needed)
        for rule in app.url_map.iter_rules()
        for method in METHODS
        if method in (rule.methods or ())
        and (needed := declared(rule.endpoint, app.view_functions[rule.endpoint], method)) is not None
    )
    return sorted(found, key=lambda one: (one.rule, one.method))


def lines(shop: Platform, app: Flask) -> Iterator[Line]:
    """What the routes, the roles and `OWNED` say."""
    for route in routes(app):
        whose = OWNED.get(route.name)
        if whose is None:
            yield Line(route.name, route.permission, "", _permitted(shop, route.permission))
            continue
        yield Line(route.name, route.permission, "own", whose.own)
        if whose.others is not None:
            yield Line(route.name, route.permission, "another's", whose.others)


def page(shop: Platform, app: Flask) -> str:
    """The whole page."""
    parts = [HEAD.format(roles=_roles(shop))]
    left = list(lines(shop, app))
    for prefix, title in _AREAS:
        here = [line for line in left if line.name.partition(" ")[2].startswith(prefix)]
        left = [line for line in left if line not in here]
        parts += [f"## {title}\n", _row("Route", "Permission", "Whose", *COLUMNS), "|---" * (3 + len(COLUMNS)) + "|"]
        parts += [*map(_shown, here), ""]
    return "\n".join(parts).rstrip() + "\n"


def read_page(text: str) -> list[Line]:
    """The lines of a page."""
    found = []
    for method, rule, permission, whose, cells in _LINE.findall(text):
        marks = zip(COLUMNS, cells.split(" | "), strict=True)
        allowed = frozenset(who for who, mark in marks if mark == "yes")
        found.append(Line(f"{method} {rule}", permission.strip("`"), whose.partition(" (")[0], allowed))
    return found


def _permitted(shop: Platform, permission: str) -> frozenset[str]:
    if permission == PUBLIC:
        return frozenset(COLUMNS)
    if permission == SIGNED_IN:
        return frozenset(ROLES)
    known = shop.access.policy.roles
    return frozenset(who for who, roles in ROLES.items() if any(permission in known[role].permissions for role in roles))


def _roles(shop: Platform) -> str:
    known = shop.access.policy.roles
    granted = {who: sorted(set().union(*(known[role].permissions for role in roles))) for who, roles in ROLES.items() if roles}
    return "\n".join(f"- *{who}*: {', '.join(f'`{one}`' for one in names)}" for who, names in granted.items())


def _shown(line: Line) -> str:
    said = OWNED.get(line.name)
    explained = said is not None and said.because and line.whose == ("another's" if said.others is not None else "own")
    whose = f"{line.whose} ({said.because})" if said and explained else line.whose
    return _row(f"`{line.name}`", line.permission, whose, *("yes" if who in line.allowed else "–" for who in COLUMNS))


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    """Print the page."""
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(f"sqlite:///{folder}/ringi.db", Path(folder))
        sys.stdout.write(page(shop, create_app(shop)))
        shop.database.close()


if __name__ == "__main__":
    main()
