"""`make bench`: each figure beside a peer's or the bare cost, measured in the same run."""

from __future__ import annotations

import logging
import sys
import warnings

from tests.benchmarks import (
    conditions,
    decisions,
    durable,
    durable_growth,
    expressions,
    growth,
    in_memory,
    inbox,
    messages,
    tables_growth,
    timers,
    waiting,
    workers,
)
from tests.benchmarks.measure import show

GROUPS = {
    "memory": in_memory.figures,
    "growth": growth.figures,
    "waiting": waiting.figures,
    "expressions": expressions.figures,
    "decisions": decisions.figures,
    "tables": tables_growth.figures,
    "durable": durable.on_sqlite,
    "postgresql": durable.on_postgresql,
    "parallel": durable_growth.parallel,
    "aged": durable_growth.aged,
    "conditions": conditions.figures,
    "timers": timers.figures,
    "messages": messages.figures,
    "inbox": inbox.figures,
    "workers": workers.figures,
}


def main() -> None:
    """Run the groups named on the command line, or all."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    wanted = sys.argv[1:] or list(GROUPS)
    for name in wanted:
        sys.stdout.write(show(GROUPS[name]()) + "\n")


if __name__ == "__main__":
    main()
