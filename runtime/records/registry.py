"""All record types and pipelines of an installation, and whether they fit together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from engine.api import Problem
from runtime.declarations import DECLARED_TWICE, UNKNOWN_NAME, Finding, PackageFile, cannot_read, near
from runtime.errors import NotFound
from runtime.packages.yaml_files import KeyPath
from runtime.records.model import DERIVED_FIELDS, SYSTEM_FIELDS, Pipeline, RecordType, Stage
from runtime.records.pipeline_files import PipelineSchema
from runtime.records.type_files import RecordTypeSchema

Owned = TypeVar("Owned", RecordType, Pipeline)


@dataclass(frozen=True, slots=True)
class RecordTypes:
    """Record types by name, and pipelines by name. Immutable: another set of packages is another object."""

    types: Mapping[str, RecordType] = field(default_factory=dict)
    pipelines: Mapping[str, Pipeline] = field(default_factory=dict)

    def __getitem__(self, name: str) -> RecordType:
        """The record type of that name. Raises NotFound."""
        if name not in self.types:
            hint = near(name, self.types) or ""
            raise NotFound("REC-1001", f"There is no record type {name!r}. {hint}".strip())
        return self.types[name]

    def __contains__(self, name: object) -> bool:
        return name in self.types

    def __iter__(self) -> Iterator[RecordType]:
        return iter(self.types.values())

    def __len__(self) -> int:
        return len(self.types)

    def pipelines_of(self, type: str) -> list[Pipeline]:
        """The pipelines of a record type, the default one first."""
        found = [self.pipelines[name] for name in self[type].pipelines]
        return sorted(found, key=lambda pipeline: not pipeline.default)

    def pipeline(self, type: str, name: str | None = None) -> Pipeline:
        """A pipeline of the type, its default one when nobody says which. Raises NotFound."""
        found = self.pipelines_of(type)
        wanted = next((p for p in found if name in {None, p.name}), None)
        if wanted is None:
            hint = near(name, (p.name for p in found)) or ""
            raise NotFound("REC-1002", f"{type} has no pipeline {name or ''!r}. {hint}".strip())
        return wanted

    def stage(self, pipeline: str | None, stage: str | None) -> Stage | None:
        """A stage by its names, None when the declaration no longer has it."""
        found = self.pipelines.get(pipeline or "")
        return found.stages.get(stage or "") if found else None

    def stages_in(self, type: str, category: str) -> list[tuple[str, str]]:
        """Pairs of pipeline and stage of a category, over all pipelines of the type."""
        return [(p.name, s.key) for p in self.pipelines_of(type) for s in p.stages.values() if s.category == category]


def read_record_types(types: Iterable[PackageFile], pipelines: Iterable[PackageFile] = ()) -> RecordTypes:
    """The record types and pipelines of all packages. Raises Invalid with every problem of every file."""
    problems: list[Problem] = []
    type_files: Files[RecordType] = _load_all(types, RecordTypeSchema(), "type", problems)
    pipeline_files: Files[Pipeline] = _load_all(pipelines, PipelineSchema(), "pipeline", problems)
    read = RecordTypes(_only(type_files), _only(pipeline_files))
    if not problems:  # half-read files would be blamed for what stands in the others
        problems += _reference_problems(read, type_files)
        problems += _pipeline_problems(read, type_files, pipeline_files)
    if problems:
        raise cannot_read("REC-1000", "The record types", problems)
    return RecordTypes({t.name: _with_all_pipelines(t, read.pipelines) for t in read}, read.pipelines)


Files = dict[str, tuple[Owned, PackageFile]]


def _load_all(
    files: Iterable[PackageFile], schema: RecordTypeSchema | PipelineSchema, key: str, problems: list[Problem]
) -> Files[Owned]:
    found: Files[Owned] = {}
    for file in files:
        loaded: Owned | None = file.load(schema, problems)  # type: ignore[assignment]  # the schemas answer objects
        if loaded is None:
            continue
        if loaded.name in found:
            other = found[loaded.name][1]
            clash = f"{loaded.name!r} is declared by {other.owner!r} in {other.yaml.name} already."
            problems.append(file.problem((key,), Finding(clash, DECLARED_TWICE, "Choose another name.")))
        else:
            found[loaded.name] = (replace(loaded, owner=file.owner), file)
    return found


def _only(files: Files[Owned]) -> dict[str, Owned]:
    return {name: found for name, (found, _) in files.items()}


def _with_all_pipelines(record_type: RecordType, pipelines: Mapping[str, Pipeline]) -> RecordType:
    """A pipeline that another package adds to the type comes after those that the type lists."""
    added = [p.name for p in pipelines.values() if p.type == record_type.name and p.name not in record_type.pipelines]
    return replace(record_type, pipelines=(*record_type.pipelines, *added))


def _reference_problems(read: RecordTypes, files: Files[RecordType]) -> Iterator[Problem]:
    for record_type, file in files.values():
        for one in record_type.fields.values():
            path: KeyPath = ("fields", one.name)
            if one.to and one.to not in read:
                yield file.problem((*path, "to"), _missing("record type", one.to, read.types))
            if one.of and one.of not in read:
                yield file.problem((*path, "of"), _missing("record type", one.of, read.types))
            elif one.of:
                back = read[one.of].fields.get(one.by)
                if back is None or back.to != record_type.name:
                    wrong = f"{one.of}.{one.by} is not a reference to {record_type.name}."
                    yield file.problem((*path, "by"), Finding(wrong, UNKNOWN_NAME))


def _pipeline_problems(read: RecordTypes, types: Files[RecordType], pipelines: Files[Pipeline]) -> Iterator[Problem]:
    for record_type, file in types.values():
        for index, name in enumerate(record_type.pipelines):
            if name not in read.pipelines:
                yield file.problem(("pipelines", index), _missing("pipeline", name, read.pipelines))
            elif read.pipelines[name].type != record_type.name:
                wrong = f"The pipeline {name!r} is for {read.pipelines[name].type!r}."
                yield file.problem(("pipelines", index), Finding(wrong, UNKNOWN_NAME))
    defaults: dict[str, str] = {}
    for pipeline, file in pipelines.values():
        if pipeline.type not in read:
            yield file.problem(("type",), _missing("record type", pipeline.type, read.types))
            continue
        if pipeline.default and defaults.setdefault(pipeline.type, pipeline.name) != pipeline.name:
            wrong = f"{defaults[pipeline.type]!r} is the default for {pipeline.type} already."
            yield file.problem(("default",), Finding(wrong, DECLARED_TWICE))
        yield from _stage_problems(read[pipeline.type], pipeline, file)


def _stage_problems(record_type: RecordType, pipeline: Pipeline, file: PackageFile) -> Iterator[Problem]:
    known = {*record_type.columns, *SYSTEM_FIELDS, *DERIVED_FIELDS}
    for stage in pipeline.stages.values():
        for index, name in enumerate(stage.required):
            if name not in record_type.columns and name != "owner":
                wrong = _missing("field", name, record_type.columns)
                yield file.problem(("stages", stage.key, "required", index), wrong)
        for name in sorted(stage.gate.names - known - {"reason"}) if stage.gate else ():
            yield file.problem(("stages", stage.key, "gate"), _missing("field", name, known))


def _missing(what: str, name: str, known: Iterable[str]) -> Finding:
    return Finding(f"There is no {what} {name!r}.", UNKNOWN_NAME, near(name, known))
