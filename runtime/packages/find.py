"""Find packages: those that installed distributions announce, and those named by path."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import EntryPoint, entry_points, version
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from runtime.errors import Conflict, Invalid
from runtime.packages.package import Package
from runtime.packages.problems import did_you_mean
from runtime.packages.read import read_package

GROUP = "ringi.packages"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """`packages` in the order of their dependencies; `notes` say which announced ones are not there."""

    packages: tuple[Package, ...]
    notes: tuple[str, ...] = ()


def find_packages(paths: Iterable[Path] = (), *, announced: bool = True) -> Found:
    """Read the packages at `paths` and, when `announced`, those of the entry-point group ``ringi.packages``.

    Raises Invalid for a package that cannot be read or does not fit, Conflict when two have the same name.
    """
    notes: list[str] = []
    folders = list(paths)
    for point in sorted(entry_points(group=GROUP), key=lambda p: p.name) if announced else ():
        folder = _folder(point)
        if folder is None:
            notes.append(_not_installed(point))
        elif folder not in [path.resolve() for path in folders]:
            folders.append(folder)
    for note in notes:
        _log.info(note)
    return Found(in_order([read_package(folder) for folder in folders]), tuple(notes))


def in_order(packages: Sequence[Package]) -> tuple[Package, ...]:
    """The packages so that each comes after those it requires. Raises as `find_packages`."""
    by_name: dict[str, Package] = {}
    for package in packages:
        other = by_name.setdefault(package.name, package)
        if other is not package:
            raise Conflict(
                "PKG-1031", f"Two packages are called {package.name!r}: {other.folder} and {package.folder}. Remove one."
            )
        _must_fit(package)
    for package in packages:
        _must_have(package, by_name)
    graph = {package.name: package.manifest.requires for package in packages}
    try:
        return tuple(by_name[name] for name in TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise Invalid("PKG-1032", f"These packages require one another in a circle: {' → '.join(error.args[1])}.") from error


def _folder(point: EntryPoint) -> Path | None:
    """Where the announced module's package.yaml is; None when the module is not there. Nothing of it is run."""
    try:
        spec = importlib.util.find_spec(point.module)
    except ModuleNotFoundError:
        return None
    places = list(spec.submodule_search_locations or ()) if spec else []
    folders = [Path(place).resolve() for place in places]
    return next((folder for folder in folders if (folder / "package.yaml").is_file()), None)


def _not_installed(point: EntryPoint) -> str:
    owner = point.dist.name if point.dist else "a distribution"
    return (
        f"The package {point.name!r} is announced by {owner} but {point.module!r} holds no package.yaml: it is not installed."
    )


def _must_fit(package: Package) -> None:
    ours = version("ringi")
    try:
        fits = SpecifierSet(package.manifest.engine).contains(ours, prereleases=True)
    except InvalidSpecifier as error:
        detail = f"{package.name}: engine {package.manifest.engine!r} is not a version range. Write it like >=0.1,<1.0."
        raise Invalid("PKG-1033", detail) from error
    if not fits:
        raise Invalid(
            "PKG-1034", f"{package.name} {package.manifest.version} is for Ringi {package.manifest.engine}; this is {ours}."
        )


def _must_have(package: Package, by_name: dict[str, Package]) -> None:
    for name in package.manifest.requires:
        if name not in by_name:
            advice = did_you_mean(name, by_name.keys() - {package.name})
            raise Invalid("PKG-1035", f"{package.name} requires the package {name!r}, which is not installed. {advice}")
