"""A package as it was read from its folder: the manifest and every file it names."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.packages.manifest import Manifest
from runtime.packages.yaml_files import YamlFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """`resources` are the BPMN, DMN and form files by name; the declarations are parsed YAML. `folder` holds package.yaml."""

    manifest: Manifest
    folder: Path
    resources: Mapping[str, bytes]
    record_types: tuple[YamlFile, ...] = ()
    pipelines: tuple[YamlFile, ...] = ()
    roles: YamlFile | None = None
    imports: tuple[YamlFile, ...] = ()
    calendars: tuple[YamlFile, ...] = ()

    @property
    def name(self) -> str:
        """The package's name, unique in an installation."""
        return self.manifest.name

    @property
    def templates(self) -> Path | None:
        """The folder of its ``*.j2`` files."""
        return self.folder / self.manifest.templates if self.manifest.templates else None

    @property
    def demo(self) -> Path | None:
        """The file with its demo data."""
        return self.folder / self.manifest.demo if self.manifest.demo else None

    @property
    def declarations(self) -> tuple[YamlFile, ...]:
        """All parsed YAML files but the manifest."""
        return (*self.record_types, *self.pipelines, *((self.roles,) if self.roles else ()), *self.imports, *self.calendars)

    def content_hash(self) -> str:
        """SHA-256 over all that an installation writes to the database, for the question whether anything changed."""
        digest = hashlib.sha256()
        for name, content in sorted(self.resources.items()):
            digest.update(f"{name}\0{len(content)}\0".encode())
            digest.update(content)
        for file in self.declarations:
            digest.update(f"{file.name}\0{_canonical(file.data)}\0".encode())
        digest.update(_canonical({"version": self.manifest.version, "label": dict(self.manifest.label)}).encode())
        return digest.hexdigest()


def _canonical(value: Any) -> str:
    """A text that is the same for the same YAML content, whatever the spelling."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{k!r}:{_canonical(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_canonical(v) for v in value) + "]"
    return f"{type(value).__name__}:{value}"
