"""CPU time per unit of work: the best of a few rounds, so that what else the machine does matters least."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What `who` needs for one unit of `what`: microseconds of CPU (user and system), or what `unit` says."""

    what: str
    who: str
    value: float
    unit: str = "µs"


def cpu(what: str, who: str, units: int, work: Callable[[], object], *, rounds: int = 5) -> Figure:
    """Measure `work`, which does `units` units, after one round to warm up."""
    work()
    best = min(_once(work) for _ in range(rounds))
    return Figure(what=what, who=who, value=best / units * 1e6)


def _once(work: Callable[[], object]) -> float:
    gc.collect()
    begin = time.process_time()
    work()
    return time.process_time() - begin


def memory(what: str, who: str, module: str) -> Figure:
    """The peak memory of a process that runs `module` for `who`; the module ends with `say_memory`."""
    run = subprocess.run([sys.executable, "-m", module, who], check=True, capture_output=True, text=True, timeout=300)
    return Figure(what=what, who=who, value=int(run.stdout) / 1024, unit="MiB")


def say_memory() -> None:
    """Print this process's peak of resident memory in KiB, as Linux counts it."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    sys.stdout.write(next(line.split()[1] for line in lines if line.startswith("VmHWM:")) + "\n")


def show(figures: list[Figure]) -> str:
    """A table: for each thing measured everybody's figure, and how many times ours it is."""
    lines = []
    for what in dict.fromkeys(figure.what for figure in figures):
        mine = [figure for figure in figures if figure.what == what]
        ours = next(figure.value for figure in mine if figure.who.startswith("Ringi"))
        lines.append(what)
        lines += [f"  {figure.who:<34}{figure.value:>12,.1f} {figure.unit:<3} {figure.value / ours:>9.2f} ×" for figure in mine]
    return "\n".join(lines)
