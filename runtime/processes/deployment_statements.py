"""Statements on deployments and definitions, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, func, insert, select, update

from runtime.processes.tables import deployed_part, deployment, process_definition, resource

Row = Mapping[str, Any]

_BY_KEY = select(process_definition).where(process_definition.c.key == bindparam("key"))
_LATEST = (
    select(process_definition)
    .where(process_definition.c.process_id == bindparam("process_id"))
    .order_by(process_definition.c.version.desc())
    .limit(1)
)


def select_deployment(connection: Connection, deployment_id: str) -> RowMapping | None:
    """The head of a deployment."""
    return connection.execute(select(deployment).where(deployment.c.id == deployment_id)).mappings().first()


def select_deployments(connection: Connection, process_id: str | None, before: str | None, limit: int) -> Sequence[RowMapping]:
    """Heads of deployments, the newest first; with a process id those that hold the process."""
    statement = select(deployment).order_by(deployment.c.id.desc()).limit(limit)
    if process_id is not None:
        holding = select(process_definition.c.deployment_id).where(process_definition.c.process_id == process_id)
        statement = statement.where(deployment.c.id.in_(holding))
    if before is not None:
        statement = statement.where(deployment.c.id < before)
    return connection.execute(statement).mappings().all()


def select_definitions_of(connection: Connection, deployment_id: str) -> Sequence[RowMapping]:
    """The definitions of a deployment, by process id."""
    statement = select(process_definition).where(process_definition.c.deployment_id == deployment_id)
    return connection.execute(statement.order_by(process_definition.c.process_id)).mappings().all()


def select_file_names(connection: Connection, deployment_id: str) -> Sequence[str]:
    """The names of the files of a deployment."""
    statement = select(resource.c.name).where(resource.c.deployment_id == deployment_id).order_by(resource.c.name)
    return connection.execute(statement).scalars().all()


def note_restored(connection: Connection, deployment_id: str, restored: str) -> None:
    """Remember that a deployment brought back another one."""
    connection.execute(update(deployment).where(deployment.c.id == deployment_id).values(restores=restored))


def select_same(connection: Connection, content_hash: str) -> Sequence[str]:
    """Deployments with this content, the newest first."""
    statement = select(deployment.c.id).where(deployment.c.content_hash == content_hash).order_by(deployment.c.id.desc())
    return connection.execute(statement).scalars().all()


def select_resources(connection: Connection, deployment_id: str) -> dict[str, bytes]:
    """The files of a deployment by name."""
    statement = select(resource.c.name, resource.c.content).where(resource.c.deployment_id == deployment_id)
    return {row.name: bytes(row.content) for row in connection.execute(statement.order_by(resource.c.name))}


def select_resource(connection: Connection, deployment_id: str, name: str) -> bytes | None:
    """One file of a deployment."""
    statement = select(resource.c.content).where(resource.c.deployment_id == deployment_id, resource.c.name == name)
    content = connection.scalar(statement)
    return None if content is None else bytes(content)


def select_keys(connection: Connection, deployment_id: str) -> dict[str, str]:
    """Definition keys of a deployment by process id."""
    statement = select(process_definition.c.process_id, process_definition.c.key).where(
        process_definition.c.deployment_id == deployment_id
    )
    return {row.process_id: row.key for row in connection.execute(statement)}


def select_definition(connection: Connection, key: str) -> RowMapping | None:
    """One definition."""
    return connection.execute(_BY_KEY, {"key": key}).mappings().first()


def select_latest_definition(connection: Connection, process_id: str) -> RowMapping | None:
    """The latest version of a process."""
    return connection.execute(_LATEST, {"process_id": process_id}).mappings().first()


def select_version(connection: Connection, process_id: str, version: int) -> RowMapping | None:
    """One version of a process."""
    statement = select(process_definition).filter_by(process_id=process_id, version=version)
    return connection.execute(statement).mappings().first()


def select_tagged(connection: Connection, process_id: str, tag: str) -> RowMapping | None:
    """The newest version of a process with a version tag."""
    tagged = select(process_definition).filter_by(process_id=process_id, version_tag=tag)
    return connection.execute(tagged.order_by(process_definition.c.version.desc()).limit(1)).mappings().first()


def select_definitions(connection: Connection, process_id: str | None, latest: bool) -> Sequence[RowMapping]:
    """Definitions with their deployment's head, by process id and the newest version first."""
    statement = select(
        process_definition, deployment.c.package, deployment.c.deployed_at, deployment.c.deployed_by, deployment.c.why
    ).join_from(process_definition, deployment)
    if process_id is not None:
        statement = statement.where(process_definition.c.process_id == process_id)
    if latest:
        newest = select(process_definition.c.process_id, func.max(process_definition.c.version).label("version"))
        top = newest.group_by(process_definition.c.process_id).subquery()
        same = (process_definition.c.process_id == top.c.process_id) & (process_definition.c.version == top.c.version)
        statement = statement.join(top, same)
    ordered = statement.order_by(process_definition.c.process_id, process_definition.c.version.desc())
    return connection.execute(ordered).mappings().all()


def select_latest_part(connection: Connection, kind: str, part_id: str, tag: str | None = None) -> str | None:
    """The newest deployment that holds a decision or form of this id, with the version tag where one is asked for.

    Deployment ids ascend with time.
    """
    statement = select(func.max(deployed_part.c.deployment_id)).where(
        deployed_part.c.kind == kind, deployed_part.c.part_id == part_id
    )
    if tag is not None:
        statement = statement.where(deployed_part.c.version_tag == tag)
    found: str | None = connection.scalar(statement)
    return found


def select_known(connection: Connection) -> tuple[set[str], set[str], set[str]]:
    """Ids of all deployed processes, decisions and forms."""
    processes = set(connection.execute(select(process_definition.c.process_id).distinct()).scalars())
    parts = connection.execute(select(deployed_part.c.kind, deployed_part.c.part_id).distinct()).all()
    decisions = {row.part_id for row in parts if row.kind == "decision"}
    return processes, decisions, {row.part_id for row in parts if row.kind == "form"}


def select_tags(connection: Connection) -> set[tuple[str, str, str]]:
    """Kind (process, decision or form), id and version tag of everything deployed that has one."""
    tag = process_definition.c.version_tag
    processes = connection.execute(select(process_definition.c.process_id, tag).where(tag.is_not(None)).distinct()).all()
    tagged = select(deployed_part.c.kind, deployed_part.c.part_id, deployed_part.c.version_tag).distinct()
    parts = connection.execute(tagged.where(deployed_part.c.version_tag.is_not(None))).all()
    return {("process", name, given) for name, given in processes} | {(kind, name, given) for kind, name, given in parts}


def select_owners(connection: Connection, process_ids: Sequence[str]) -> dict[str, str]:
    """Which package deployed a process first, for those that came with a package."""
    statement = (
        select(process_definition.c.process_id, deployment.c.package)
        .join_from(process_definition, deployment)
        .where(process_definition.c.process_id.in_(process_ids), deployment.c.package.is_not(None))
        .order_by(process_definition.c.version.desc())
    )
    return {row.process_id: row.package for row in connection.execute(statement)}


def insert_deployment(connection: Connection, head: Row, resources: Sequence[Row], parts: Sequence[Row]) -> None:
    """Add a deployment with its files and the ids in them."""
    connection.execute(insert(deployment), [dict(head)])
    connection.execute(insert(resource), list(resources))
    if parts:
        connection.execute(insert(deployed_part), list(parts))


def insert_definitions(connection: Connection, rows: Sequence[Row]) -> None:
    """Add versions of processes."""
    if rows:
        connection.execute(insert(process_definition), list(rows))
