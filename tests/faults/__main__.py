"""The long run: `python -m tests.faults --kills 10000 --crashes 500 --seed 1`; `make faults` runs it, bounded.

Rounds on SQLite and on PostgreSQL take turns until there were so many kills and database crashes. Each has a seed of its own,
which is printed. Figures are kept in a file, so that a run that was stopped goes on where it was; without the file it begins
anew. It ends at the first finding.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.faults.faults import Plan
from tests.faults.rounds import POSTGRESQL, SQLITE, Figures, play


def main() -> None:
    """Run rounds."""
    options = _options()
    path = options.figures
    figures = Figures.load(path)
    print(f"{path}: {figures.line()}", flush=True)  # noqa: T201
    end = time.monotonic() + options.minutes * 60
    while (figures.kills < options.kills or figures.crashes < options.crashes) and time.monotonic() < end:
        seed = options.seed + figures.rounds
        database = options.database or (SQLITE if figures.rounds % 2 else POSTGRESQL)
        begun = time.monotonic()
        figures.add(play(database, seed, Plan(kills=options.each, crashes=options.each // 10)))
        figures.save(path)
        print(f"seed {seed} {database} {time.monotonic() - begun:.0f} s | {figures.line()}", flush=True)  # noqa: T201


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--kills", type=int, default=10_000, help="stop after so many kills")
    parser.add_argument("--crashes", type=int, default=500, help="and so many database crashes")
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each has the next one")
    parser.add_argument("--each", type=int, default=200, help="kills in each round")
    parser.add_argument("--minutes", type=float, default=120, help="stop after so long in any case")
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL), help="only this one; else they take turns")
    default = Path(tempfile.gettempdir()) / "ringi-faults.json"
    parser.add_argument("--figures", type=Path, default=default, help=f"where figures are kept ({default})")
    return parser.parse_args()


if __name__ == "__main__":
    main()
