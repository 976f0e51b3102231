"""What was deployed, by whom and when; its files; and the way back to it.

An earlier deployment comes back as a new one with the same files (docs/adr/0033): versions only ever ascend, and whatever asks
for the latest (starts, timers, messages, signals, called processes, decisions, forms) finds it without being told.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime

from runtime.errors import Conflict, NotFound
from runtime.processes import deployment_statements as statements
from runtime.processes.deployments import Definition, Deployment, Deployments, definition_of
from runtime.store.pages import Page, cut, from_cursor, page_size
from runtime.store.types import Row
from runtime.store.work import Work

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""Zip files know no earlier time. All files have it, so the same deployment is the same archive, byte for byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDeployment:
    """A deployment. `restores` is the one whose files came back with it."""

    id: str
    content_hash: str
    package: str | None
    deployed_at: datetime
    deployed_by: str
    why: str
    restores: str | None
    definitions: tuple[Definition, ...]
    files: tuple[str, ...]


class PastDeployments:
    """Reads deployments, and brings them back through `deployments`."""

    def __init__(self, deployments: Deployments) -> None:
        self._deployments = deployments

    def page(
        self, work: Work, *, process_id: str | None = None, after: str | None = None, limit: int = 50
    ) -> Page[PastDeployment]:
        """Deployments, the newest first; with a process id those that hold the process. Raises Invalid."""
        position = None if after is None else str(from_cursor(after, 1)[0])
        rows = statements.select_deployments(work.connection, process_id, position, page_size(limit) + 1)
        return cut(rows, limit, lambda row: [row["id"]], lambda row: _past(work, row))

    def get(self, work: Work, deployment_id: str) -> PastDeployment:
        """One deployment. Raises NotFound."""
        return _past(work, _head(work, deployment_id))

    def archive(self, work: Work, deployment_id: str) -> bytes:
        """The files of a deployment as a zip file. Raises NotFound."""
        _head(work, deployment_id)
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in statements.select_resources(work.connection, deployment_id).items():
                archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content, zipfile.ZIP_DEFLATED)
        return made.getvalue()

    def roll_back(self, work: Work, deployment_id: str) -> Deployment:
        """Deploy the files of an earlier deployment again, all together; running instances stay on the version they have.

        Raises NotFound, Conflict (DEPLOY-1009) when its processes are the latest already, and Invalid with all problems when
        something the files need is not there any more.
        """
        head = _head(work, deployment_id)
        work.why = work.why or f"roll back to the deployment {deployment_id}"
        files = statements.select_resources(work.connection, deployment_id)
        done = self._deployments.deploy(work, files, package=head["package"])
        if not done.is_new:
            raise Conflict("DEPLOY-1009", "These files are the latest already: there is nothing to roll back.")
        statements.note_restored(work.connection, done.id, deployment_id)
        return done


def _head(work: Work, deployment_id: str) -> Row:
    head = statements.select_deployment(work.connection, deployment_id)
    if head is None:
        raise NotFound("PROC-1002", f"There is no deployment {deployment_id!r}.")
    return head


def _past(work: Work, row: Row) -> PastDeployment:
    names = ("id", "content_hash", "package", "deployed_at", "deployed_by", "why", "restores")
    return PastDeployment(
        **{name: row[name] for name in names},
        definitions=tuple(definition_of(one) for one in statements.select_definitions_of(work.connection, row["id"])),
        files=tuple(statements.select_file_names(work.connection, row["id"])),
    )
