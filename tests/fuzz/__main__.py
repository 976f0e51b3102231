"""Coverage-guided fuzzing of what reads foreign text: `python -m tests.fuzz TARGET [--runs N]`; `make fuzz` runs all, bounded.

An input must be understood or refused with a code. Anything else ends the run: another exception, with the input printed; more
than `SECONDS` for one input, or more than `MEBIBYTES` of memory, with the input written to the folder ringi-fuzz beside the
system's other temporary files.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["engine"]):
    from tests.fuzz.targets import SEEDS, TARGETS

SECONDS = 10
MEBIBYTES = 2048


def main() -> None:
    """Fuzz one target."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--runs", type=int, default=100_000, help="inputs to try")
    parser.add_argument("--seed", type=int, default=1, help="the same seed tries the same inputs")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seeds = _seeds(Path(folder), asked.target)
        options = [f"-runs={asked.runs}", f"-seed={asked.seed}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEBIBYTES}"]
        lengths = ["-max_len=20000", "-len_control=20", "-print_final_stats=1", f"-artifact_prefix={_kept()}/"]
        atheris.Setup([sys.argv[0], *options, *lengths, str(seeds)], _one(TARGETS[asked.target]))
        atheris.Fuzz()


def _kept() -> Path:
    """Where inputs stay that were too slow or too much."""
    folder = Path(tempfile.gettempdir()) / "ringi-fuzz"
    folder.mkdir(exist_ok=True)
    return folder


def _one(target: Callable[[bytes], None]) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        try:
            target(data)
        except BaseException:
            sys.stderr.write(f"input: {data!r}\n")
            raise

    return run


def _seeds(folder: Path, target: str) -> Path:
    seeds = folder / "seeds"
    seeds.mkdir()
    for number, seed in enumerate(SEEDS[target]()):
        (seeds / str(number)).write_bytes(seed)
    return seeds


if __name__ == "__main__":
    main()
