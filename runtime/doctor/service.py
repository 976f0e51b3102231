"""All checks of an installation, in an order in which one builds on the other. Nothing is changed by looking."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url

from runtime.config import Config
from runtime.doctor import database, host, working
from runtime.doctor.findings import Finding, Level, error, good, warning
from runtime.errors import RingiError, Unavailable
from runtime.packages.find import find_packages
from runtime.store.database import Database


def examine(config: Config) -> Iterator[Finding]:
    """Every finding, good ones too."""
    yield from host.check(config)
    yield from _packages(config)
    where = make_url(config.database_url).render_as_string(hide_password=True)
    if not _is_there(config):
        yield error("database", "There is no database.", "Start `ringi up`, which makes one, or set RINGI_DATABASE.", where)
        return
    opened = Database(config.database_url)
    try:
        yield from _look_into(opened, config, where)
    except Unavailable as trouble:
        fix = "Start the database, or correct RINGI_DATABASE."
        yield error("database", trouble.detail, fix, where)
    finally:
        opened.close()


def _look_into(opened: Database, config: Config, where: str) -> Iterator[Finding]:
    with opened.read() as work:
        found = list(database.check(work, opened.dialect, where))
        yield from found
        if not any(one.check == "tables" and one.level is Level.ERROR for one in found):
            yield from working.check(work, config)


def _packages(config: Config) -> Iterator[Finding]:
    try:
        found = find_packages(config.packages, announced=config.installed_packages)
    except RingiError as wrong:
        problems = "; ".join(problem.message for problem in wrong.problems[:3])
        said = f"{wrong.detail} {problems}".strip()
        yield error("packages", said, "Correct the package; `ringi package check FOLDER` says more.")
        return
    for package in found.packages:
        yield good("packages", f"{package.name} {package.manifest.version} can be read.", package.name)
    for note in found.notes:
        yield warning("packages", str(note), "Install what is missing, or take the package out.")


def _is_there(config: Config) -> bool:
    """Looking must not make an embedded database."""
    address = make_url(config.database_url)
    if address.get_backend_name() != "sqlite":
        return True
    return Path(str(address.database)).is_file()
