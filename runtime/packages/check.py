"""Everything that is wrong with a package, without a database: what `ringi package check` shows and CI can ask."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from engine.api import Known, Problem, check_resources
from runtime.errors import RingiError
from runtime.jobs.handlers import Handlers
from runtime.packages.declared import read_declared
from runtime.packages.find import in_order
from runtime.packages.package import Package
from runtime.packages.problems import did_you_mean, problem
from runtime.packages.read import MANIFEST, read_package
from runtime.packages.service import collect_handlers


def check_package(
    where: Path, *, others: Sequence[Package] = (), built_in: Sequence[ModuleType] = ()
) -> tuple[Package | None, tuple[Problem, ...]]:
    """The package in a folder (None when it cannot even be read) and every problem of what it declares and brings.

    `others` are the packages it is to live with, `built_in` the modules with the platform's own handlers.
    """
    try:
        package = read_package(where)
    except RingiError as error:
        return None, _problems_of(error, where.name)
    handlers = Handlers()
    problems: list[Problem] = []
    calendars: set[str] = set()
    for check in (
        lambda: in_order([*others, package]),
        lambda: calendars.update(read_declared([*others, package]).calendars),
        lambda: collect_handlers(handlers, [*others, package], built_in),
    ):
        try:
            check()
        except RingiError as error:
            problems += _problems_of(error, MANIFEST)
    outside = [check_resources(other.resources) for other in others]
    known = Known(
        processes=[name for checked in outside for name in checked.processes],
        decisions=[name for checked in outside for name in checked.decisions],
        forms=[name for checked in outside for name in checked.forms],
        job_types=handlers.types,
        calendars=calendars,
    )
    checked = check_resources(package.resources, known=known)
    problems += checked.problems
    problems += _unknown_forms(package, {*checked.forms, *known.forms})
    return package, tuple(dict.fromkeys(problems))


def _unknown_forms(package: Package, known: set[str]) -> list[Problem]:
    """Public forms that show a form nobody deploys."""
    return [
        problem(
            "PKG-1044",
            f"The public form {shown.path!r} shows the form {shown.form!r}, which is not there.",
            MANIFEST,
            field="public_forms",
            fix=did_you_mean(shown.form, known),
        )
        for shown in package.manifest.public_forms
        if shown.form not in known
    ]


def _problems_of(error: RingiError, resource: str) -> tuple[Problem, ...]:
    return error.problems or (problem(error.code, error.detail, resource),)
