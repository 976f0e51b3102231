"""Run by Alembic. The connection and its transaction come from `runtime.store.migrations`."""

from __future__ import annotations

from alembic import context

from runtime.store.schema import platform_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=platform_metadata(),
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
