"""Read a package's folder into memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from engine.api import Problem
from runtime.errors import Invalid
from runtime.packages.manifest import Manifest, read_manifest
from runtime.packages.package import Package
from runtime.packages.problems import problem
from runtime.packages.yaml_files import YamlFile, read_yaml

MANIFEST = "package.yaml"
LARGEST_RESOURCE = 2 * 1024 * 1024

_RELATIVE = "Correct the path; it is relative to package.yaml."


def read_package(where: Path) -> Package:
    """The package in a folder (or named by its package.yaml). Raises Invalid with every problem of the files it names."""
    folder = (where.parent if where.name == MANIFEST else where).resolve()
    if not (folder / MANIFEST).is_file():
        found = problem("PKG-1020", f"There is no {MANIFEST} in {folder}.", str(folder), fix="Name the folder that holds it.")
        raise Invalid(found.code, str(found), problems=[found])
    file = read_yaml(folder / MANIFEST)
    manifest, problems = read_manifest(file)
    if manifest is None:
        raise _invalid(folder.name, problems)
    return _read_parts(folder, file, manifest)


def _read_parts(folder: Path, file: YamlFile, manifest: Manifest) -> Package:
    reader = _Reader(folder, file)
    package = Package(
        manifest=manifest,
        folder=folder,
        resources=reader.resources(manifest.resources),
        record_types=reader.declarations("record_types", manifest.record_types),
        pipelines=reader.declarations("pipelines", manifest.pipelines),
        roles=next(iter(reader.declarations("roles", [manifest.roles] if manifest.roles else [])), None),
        imports=reader.declarations("imports", manifest.imports),
        calendars=reader.declarations("calendars", manifest.calendars),
    )
    reader.must_exist("templates", manifest.templates, Path.is_dir)
    reader.must_exist("demo", manifest.demo, Path.is_file)
    if reader.problems:
        raise _invalid(manifest.name, reader.problems)
    return package


class _Reader:
    """Finds the files of one package and gathers all complaints instead of stopping at the first."""

    def __init__(self, folder: Path, file: YamlFile) -> None:
        self.folder = folder.resolve()
        self.file = file
        self.problems: list[Problem] = []

    def resources(self, patterns: Iterable[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        origin: dict[str, Path] = {}
        for path in self._matching("resources", patterns):
            if path.name in origin and origin[path.name] != path:
                self._complain("PKG-1023", f"{origin[path.name]} and {path} have the same name.", "resources", "Rename one.")
            elif path.stat().st_size > LARGEST_RESOURCE:
                self._complain("PKG-1024", f"{path.name} is larger than {LARGEST_RESOURCE:,} bytes.", "resources", None)
            else:
                origin[path.name] = path
                found[path.name] = path.read_bytes()
        return found

    def declarations(self, key: str, patterns: Iterable[str]) -> tuple[YamlFile, ...]:
        files: list[YamlFile] = []
        for path in self._matching(key, patterns):
            try:
                files.append(read_yaml(path, self._shown(path)))
            except Invalid as error:
                self.problems += error.problems
        return tuple(files)

    def must_exist(self, key: str, value: str | None, check: Callable[[Path], bool]) -> None:
        if value is not None and not check(self.folder / value):
            self._complain(
                "PKG-1021", f"{key}: {value!r} is not there.", key, "Correct the path; it is relative to package.yaml."
            )

    def _shown(self, path: Path) -> str:
        inside = path.is_relative_to(self.folder)
        return path.relative_to(self.folder).as_posix() if inside else path.name

    def _matching(self, key: str, patterns: Iterable[str]) -> list[Path]:
        paths: list[Path] = []
        for pattern in patterns:
            matches = sorted(_glob(self.folder, pattern))
            if not matches:
                self._complain("PKG-1021", f"{key}: no file matches {pattern!r}.", key, _RELATIVE)
            paths += [path for path in matches if path not in paths]
        return paths

    def _complain(self, code: str, message: str, key: str, fix: str | None) -> None:
        self.problems.append(problem(code, message, self.file.name, line=self.file.line((key,)), field=key, fix=fix))


def _glob(folder: Path, pattern: str) -> list[Path]:
    """Files that match; ``../`` at the front steps out of the folder first, because a glob cannot."""
    while pattern.startswith("../"):
        folder, pattern = folder.parent, pattern.removeprefix("../")
    if Path(pattern).is_absolute():
        return []
    return [path.resolve() for path in folder.resolve().glob(pattern) if path.is_file()]


def _invalid(name: str, problems: Iterable[Problem]) -> Invalid:
    found = tuple(problems)
    return Invalid(found[0].code, f"The package {name!r} cannot be read: {found[0]}", problems=found)
