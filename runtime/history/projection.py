"""Keeps the read models up with the journal, behind the transactions that write it.

Rows of the journal carry no number that counts all of them, and on PostgreSQL a row may become visible after one that was made
later. So nothing is read by a position that all rows share. Within an instance rows are numbered without gaps, since its lock
lets one writer in at a time; each instance has a position of its own. Where to look is told by time, and the place that is kept
never passes the beginning of the oldest transaction that may still commit. A slow round over all instances finds what a clock
that was set back has hidden. See docs/adr/0033.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from datetime import UTC, datetime

from runtime.access.actor import SYSTEM
from runtime.errors import NotFound
from runtime.history import statements
from runtime.history.folding import KindOf, fold, touched
from runtime.processes.library import Library
from runtime.store.database import Database
from runtime.store.work import Work

ROWS = 200
"""Journal rows of one transaction."""
HEADS = 1_000
"""Places in the journal that are looked at together."""
MOST = 20_000
"""Rows after which a call ends, so that a server which is told to stop need not wait; the next call goes on."""
ROUND = 1_000
"""Instances of a step of the slow round."""

_START = datetime(1970, 1, 1, tzinfo=UTC)
_WHY = "projection of the journal"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How far a rebuild is: instances looked at, of how many."""

    done: int
    total: int


class Projection:
    """`rows` is how many rows of the journal one transaction takes."""

    def __init__(self, database: Database, library: Library, *, rows: int = ROWS) -> None:
        self._database = database
        self._library = library
        self._rows = rows

    def catch_up(self) -> int:
        """Project what is new, and look at the next instances of the slow round; how many rows of the journal that were."""
        return self.follow() + self.step_round()

    def follow(self) -> int:
        """Project what was committed since the last time, or much of it; how many rows of the journal that were."""
        horizon = self._horizon()
        with self._database.read() as work:
            progress = statements.select_progress(work.connection, "follow")
        place, done = (progress["at"] if progress else _START, "", 0), 0
        while done < MOST:
            with self._database.read() as work:
                heads = statements.select_heads(work.connection, *place, HEADS)
            if not heads:
                break
            last = heads[-1]
            place = (last["at"], last["instance_id"], last["seq"])
            done += self._project(sorted({head["instance_id"] for head in heads}))
            self._note("follow", at=min(place[0], horizon))
        return done

    def step_round(self) -> int:
        """Look at the next instances of the slow round; how many rows of the journal were projected."""
        with self._database.read() as work:
            progress = statements.select_progress(work.connection, "sweep")
            after = progress["place"] if progress else ""
            rows = statements.select_versions(work.connection, after, ROUND)
            generation = _generation(work)
        behind = [row["id"] for row in rows if row["seq"] < row["version"] or row["generation"] != generation]
        done = self._project(behind)
        self._note("sweep", place=rows[-1]["id"] if len(rows) == ROUND else "")
        return done

    def rebuild(self) -> Generator[Rebuilt, None, None]:
        """Project everything anew, telling how far it is. One that was broken off goes on where it was."""
        after = self._begin_rebuild()
        with self._database.read() as work:
            total = statements.count_instances(work.connection)
            done = total - statements.count_instances(work.connection, after)
        yield Rebuilt(done, total)
        while True:
            with self._database.read() as work:
                rows = statements.select_versions(work.connection, after, ROUND)
                generation = _generation(work)
            behind = [row["id"] for row in rows if row["seq"] < row["version"] or row["generation"] != generation]
            for number in range(0, len(behind), 50):
                self._project(behind[number : number + 50])
                yield Rebuilt(done + number, total)
            if len(rows) < ROUND:
                break
            after, done = rows[-1]["id"], done + len(rows)
            self._note("rebuild", place=after, number=1)
        self._note("rebuild", number=0)
        yield Rebuilt(total, total)

    def _begin_rebuild(self) -> str:
        """The instance behind which a rebuild goes on, "" for a new one."""
        with self._database.write(SYSTEM, _WHY) as work:
            statements.alone(work.connection)
            progress = statements.select_progress(work.connection, "rebuild")
            if progress is not None and progress["number"]:
                return str(progress["place"])
            statements.save_progress(work.connection, "generation", number=_generation(work) + 1)
            statements.save_progress(work.connection, "rebuild", number=1)
            return ""

    def _horizon(self) -> datetime:
        """Everything that was written before has been committed, or never will be. Asked in a transaction of its own: what is
        read next must be seen by a later snapshot."""
        with self._database.read() as work:
            oldest = statements.oldest_writer(work.connection)
            return work.now if oldest is None else min(work.now, oldest + self._database.clock.offset)

    def _note(self, name: str, *, number: int = 0, at: datetime | None = None, place: str = "") -> None:
        with self._database.write(SYSTEM, _WHY) as work:
            statements.save_progress(work.connection, name, number=number, at=at, place=place)

    def _project(self, instance_ids: list[str]) -> int:
        """Bring these instances up to their last row, in transactions of `rows` rows; how many rows that were."""
        left, done = list(instance_ids), 0
        while left:
            taken, left = self._database.run(SYSTEM, _WHY, lambda work, left=left: self._take(work, left))  # type: ignore[misc]  # the default binds the list
            done += taken
        return done

    def _take(self, work: Work, instance_ids: list[str]) -> tuple[int, list[str]]:
        """Project up to `rows` rows of the first of these instances; how many, and the instances that are left."""
        statements.alone(work.connection)
        generation, done = _generation(work), 0
        versions = statements.select_versions_of(work.connection, instance_ids[: self._rows])
        for number, instance_id in enumerate(instance_ids[: self._rows]):
            found = versions.get(instance_id)
            if found is None:
                continue  # removed meanwhile
            seq = found["seq"]
            if found["generation"] != generation:
                statements.forget(work.connection, instance_id)
                seq = 0
            done += self._project_one(work, (instance_id, seq, generation), self._rows - done)
            if done >= self._rows:
                return done, instance_ids[number:]
        return done, instance_ids[self._rows :]

    def _project_one(self, work: Work, position: tuple[str, int, int], limit: int) -> int:
        """Project up to `limit` rows behind the position of an instance (id, row, generation); how many."""
        instance_id, seq, generation = position
        rows = statements.select_rows(work.connection, instance_id, seq, limit)
        if not rows:
            statements.save_position(work.connection, instance_id, seq, generation)
            return 0
        folded = fold(rows, statements.select_stored(work.connection, instance_id, *touched(rows)), kinds(self._library, work))
        activities = folded.activities
        new, changed = ([activities[key] for key in sorted(keys)] for keys in (folded.new, folded.changed))
        statements.write_activities(work.connection, instance_id, new, changed)
        statements.write_lines(work.connection, instance_id, folded.decisions, folded.audit)
        statements.save_position(work.connection, instance_id, rows[-1]["seq"], generation)
        return len(rows)


def kinds(library: Library, work: Work) -> KindOf:
    """The BPMN element behind a definition key and an element's id; "process" for the process itself."""

    def kind_of(definition_key: str, element: str) -> str:
        try:
            found = library.definition(work, definition_key).elements.get(element)
        except NotFound:
            return ""
        return "process" if found is None else found.type

    return kind_of


def _generation(work: Work) -> int:
    found = statements.select_progress(work.connection, "generation")
    return 0 if found is None else int(found["number"])
