"""Backups of a PostgreSQL database, by its own pg_dump and pg_restore, which must be installed here."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, make_url, text

from runtime.errors import NotFound, Unavailable
from runtime.store.trouble import translated

_TABLES = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
_SETTINGS = "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO'; SET LOCAL statement_timeout = 0"
"""So that the same row is the same text on every server."""


class PostgresCopies:
    """The copy is a dump in pg_dump's own format."""

    def __init__(self, url: str) -> None:
        self._address = make_url(url)

    def copy(self, target: Path) -> tuple[str, str, Mapping[str, str]]:
        """Dump one moment, whose tables are counted in the same one."""
        engine = create_engine(self._address, isolation_level="REPEATABLE READ")
        with translated(writes=False), engine.connect() as connection:
            begun = connection.execute(text("SELECT transaction_timestamp()")).scalar_one().isoformat()
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            if not connection.execute(text("SELECT to_regclass('public.alembic_version')")).scalar():
                raise NotFound("BAK-1001", "The database holds no installation of Ringi.")
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
            tables = _contents(connection)
            self._run(
                "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"
            )
        engine.dispose()
        return str(begun), str(revision), tables

    def is_empty(self) -> bool:
        """Whether there is no table in the schema ``public``."""
        engine = create_engine(self._address)
        with translated(writes=False), engine.connect() as connection:
            found = connection.execute(_TABLES).first() is None
        engine.dispose()
        return found

    def bring_back(self, source: Path) -> Mapping[str, str]:
        """Fill the empty database in one transaction."""
        self._run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(source))
        engine = create_engine(self._address)
        with translated(writes=False), engine.connect() as connection:
            tables = _contents(connection)
        engine.dispose()
        return tables

    def _run(self, program: str, *words: str) -> None:
        """Run one of PostgreSQL's programs. The password goes by the environment, which other people cannot see."""
        found = shutil.which(program)
        if found is None:
            detail = (
                f"{program} is not installed here. Install the client programs of PostgreSQL (Debian: postgresql-client), the "
                "server's version or newer, or use the backups of whoever runs the server."
            )
            raise NotFound("BAK-1009", detail)
        environment = {**os.environ, "PGPASSWORD": self._address.password or "", "PGCONNECT_TIMEOUT": "10"}
        done = subprocess.run(  # noqa: S603
            [found, f"--dbname={_without_password(self._address)}", *words],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            said = next((line for line in done.stderr.splitlines() if "error" in line), "it does not say why")
            raise Unavailable("BAK-1007", f"{program} failed: {said}. Nothing was changed.")


def _without_password(address: URL) -> str:
    plain = URL.create("postgresql", address.username, None, address.host, address.port, address.database, address.query)
    return plain.render_as_string(hide_password=False)


def _contents(connection: Connection) -> Mapping[str, str]:
    """For each table the number of rows, and a sum over their texts that does not depend on their order."""
    connection.exec_driver_sql(_SETTINGS)
    found = {}
    for (name,) in connection.execute(_TABLES).all():
        summed = f'SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM public."{name}" t'  # noqa: S608
        count, total = connection.exec_driver_sql(summed).one()
        found[str(name)] = f"{count} {total}"
    return found
