"""Run by Alembic. The connection and its transaction come from `runtime.store.migrations`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from runtime.store.schema import platform_metadata
from runtime.store.types import UtcDateTime


def _render(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Our own column type by its name; everything else as Alembic writes it."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from runtime.store.types import UtcDateTime")
        return "UtcDateTime()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=platform_metadata(),
    transactional_ddl=True,
    render_as_batch=False,
    render_item=_render,
)
context.run_migrations()
