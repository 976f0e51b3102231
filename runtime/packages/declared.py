"""What all packages together declare: record types with their pipelines, roles, imports, and calendars."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.api import WorkingCalendar
from runtime.access.role_files import read_roles
from runtime.access.roles import Roles
from runtime.calendars.calendar_files import read_calendars
from runtime.declarations import PackageFile
from runtime.errors import Invalid
from runtime.packages.package import Package
from runtime.packages.problems import did_you_mean, problem
from runtime.packages.read import MANIFEST
from runtime.packages.yaml_files import YamlFile
from runtime.records.import_files import ImportDefinitions, read_imports
from runtime.records.registry import RecordTypes, read_record_types


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The declarations of an installation, checked against each other."""

    record_types: RecordTypes
    roles: Roles
    imports: ImportDefinitions
    calendars: Mapping[str, WorkingCalendar]


def read_declared(packages: Iterable[Package]) -> Declared:
    """Read them all. Raises Invalid with every problem of the files of one kind; a clash names both owners."""
    found = list(packages)
    types = read_record_types(
        [file for package in found for file in _owned(package, package.record_types)],
        [file for package in found for file in _owned(package, package.pipelines)],
    )
    _must_show_known_types(found, types)
    roles = [file for package in found if package.roles for file in _owned(package, [package.roles])]
    imports = [file for package in found for file in _owned(package, package.imports)]
    return Declared(
        record_types=types,
        roles=read_roles(roles, types=[record_type.name for record_type in types]),
        imports=read_imports(imports),
        calendars=read_calendars([file for package in found for file in _owned(package, package.calendars)]),
    )


def _must_show_known_types(packages: Iterable[Package], types: RecordTypes) -> None:
    """Raise Invalid when a package's menu names a record type that nobody declares."""
    names = [record_type.name for record_type in types]
    problems = [
        problem(
            "PKG-1043",
            f"The menu of the package {package.name!r} shows the record type {shown!r}, which is not there.",
            MANIFEST,
            field="menu",
            fix=did_you_mean(shown, names),
        )
        for package in packages
        for shown in package.manifest.menu
        if shown not in types
    ]
    if problems:
        raise Invalid("PKG-1043", str(problems[0]), problems=problems)


def _owned(package: Package, files: Iterable[YamlFile]) -> list[PackageFile]:
    return [PackageFile(package.name, file) for file in files]
