"""The packages of an installation: what they bring, and their way into the database."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from runtime.errors import Conflict, Invalid, NotFound
from runtime.jobs.handlers import Handlers
from runtime.packages import statements
from runtime.packages.find import Found
from runtime.packages.manifest import PublicForm
from runtime.packages.package import Package
from runtime.packages.problems import did_you_mean, problem
from runtime.processes import deployment_statements
from runtime.processes.deployments import Deployment
from runtime.store.types import Row
from runtime.store.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageRow:
    """A package as the database knows it; `present` tells whether this process has read it, too."""

    name: str
    version: str
    label: Mapping[str, str]
    installed_at: datetime | None
    installed_by: str | None
    present: bool


@dataclass(frozen=True, slots=True)
class Installed:
    """What installing a package did: nothing when its content is there already."""

    name: str
    changed: bool
    deployment: Deployment | None = None


class Deploy(Protocol):
    """`Processes.deploy`."""

    def __call__(self, work: Work, resources: Mapping[str, bytes], *, package: str | None = None) -> Deployment: ...


class Packages:
    """`found` are the packages in the order of their dependencies; `prepare` makes the tables of record types."""

    def __init__(self, found: Found, deploy: Deploy, prepare: Callable[[Work], object]) -> None:
        self.all = found.packages
        self.notes = found.notes
        self.public_forms = _public_forms(found.packages)
        self._deploy = deploy
        self._prepare = prepare

    @property
    def menu(self) -> tuple[str, ...]:
        """Record types for the navigation, in order."""
        return tuple(dict.fromkeys(name for package in self.all for name in package.manifest.menu))

    @property
    def template_folders(self) -> Mapping[str, Path]:
        """Folders of templates by package."""
        return {package.name: package.templates for package in self.all if package.templates is not None}

    def get(self, name: str) -> Package:
        """The package with this name. Raises NotFound."""
        found = next((package for package in self.all if package.name == name), None)
        if found is None:
            advice = did_you_mean(name, (package.name for package in self.all))
            raise NotFound("PKG-1040", f"There is no package {name!r}. {advice}")
        return found

    def list(self, work: Work) -> tuple[PackageRow, ...]:
        """All packages, those found and those installed earlier, by name."""
        stored = {row["name"]: row for row in statements.select_packages(work.connection)}
        present = {package.name: package for package in self.all}
        return tuple(_row(name, present.get(name), stored.get(name)) for name in sorted(present.keys() | stored.keys()))

    def install(self, work: Work, package: Package) -> Installed:
        """Bring the package into the database, if its content is not there: tables of its record types, then its deployment.

        A change that somebody deployed over a shipped diagram stays as long as the package itself does not change.
        Raises Invalid with all problems, or Conflict naming both owners.
        """
        content_hash = package.content_hash()
        if statements.select_hash(work.connection, package.name) == content_hash:
            return Installed(package.name, changed=False)
        work.why = f"package {package.name} {package.manifest.version}"
        self._prepare(work)
        deployment = self._deploy(work, package.resources, package=package.name) if package.resources else None
        _must_have_forms(work, package)
        row: dict[str, Any] = {
            "version": package.manifest.version,
            "label": dict(package.manifest.label),
            "content_hash": content_hash,
        }
        row |= {"installed_at": work.now, "installed_by": work.actor.id}
        statements.save_package(work.connection, package.name, row)
        return Installed(package.name, changed=True, deployment=deployment)

    def install_all(self, work: Work) -> tuple[Installed, ...]:
        """Install every package that was found; all or none."""
        self._prepare(work)
        return tuple(self.install(work, package) for package in self.all)


def collect_handlers(handlers: Handlers, packages: Iterable[Package], built_in: Sequence[ModuleType] = ()) -> None:
    """Register the platform's own handlers, then those of the packages. Raises Invalid or Conflict (PKG-1030)."""
    for module in built_in:
        handlers.add_module(module, "ringi")
    for package in packages:
        for name in package.manifest.handlers:
            handlers.add_module(_module(package, name), package.name)
        handlers.external.update(package.manifest.workers)


def _module(package: Package, name: str) -> ModuleType:
    """A module with handlers: a file of the package's folder when there is one, else an importable module."""
    file = package.folder.joinpath(*name.split(".")).with_suffix(".py")
    if file.is_file():
        return _load_file(f"ringi_packages.{package.name}.{name}", file)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise  # the module is there, but something that it imports is not
        message = f"The module {name!r} with handlers of the package {package.name!r} cannot be found."
        found = problem("PKG-1041", message, "package.yaml", field="handlers", fix="Correct the name, or install it.")
        raise Invalid(found.code, str(found), problems=[found]) from error


def _load_file(name: str, file: Path) -> ModuleType:
    known = sys.modules.get(name)
    if known is not None and known.__file__ == str(file):
        return known
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise Invalid("PKG-1041", f"{file} cannot be loaded as Python.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules[name] = module
    return module


def _must_have_forms(work: Work, package: Package) -> None:
    for shown in package.manifest.public_forms:
        if deployment_statements.select_latest_part(work.connection, "form", shown.form) is None:
            which = f"The public form {shown.path!r} of {package.name!r} shows the form {shown.form!r}"
            raise Invalid("PKG-1044", f"{which}, which is not there.")


def _public_forms(packages: Iterable[Package]) -> dict[str, PublicForm]:
    forms: dict[str, PublicForm] = {}
    for package in packages:
        for form in package.manifest.public_forms:
            other = forms.setdefault(form.path, form)
            if other is not form:
                both = f"The public form {form.path!r} comes from {other.package!r} and from {form.package!r}."
                raise Conflict("PKG-1042", f"{both} Rename one or remove a package.")
    return forms


def _row(name: str, package: Package | None, stored: Row | None) -> PackageRow:
    if stored is None:
        assert package is not None, "a package is found, stored, or both"
        manifest = package.manifest
        return PackageRow(
            name=name, version=manifest.version, label=manifest.label, installed_at=None, installed_by=None, present=True
        )
    names = ("name", "version", "label", "installed_at", "installed_by")
    return PackageRow(present=package is not None, **{key: stored[key] for key in names})
