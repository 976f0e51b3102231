"""camunda-python on one workload; run by the Python of its own environment: ``camunda_run.py diagram.bpmn variables units``.

The diagram is its own dialect of ours. Prints the microseconds of CPU for one unit, the best of five rounds.
"""

from __future__ import annotations

import gc
import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

from camunda.engine import ProcessEngine
from camunda.parser import parse_bpmn_xml

ROUNDS = 5


def main(diagram: str, variables: str, units: int, instances: int) -> None:
    """Run `instances` to their end in every round; together they are `units` units of work."""
    logging.disable(logging.CRITICAL)
    begin: dict[str, int] = json.loads(variables)
    engine = ProcessEngine()
    for name in begin:
        engine.register_delegate(name, lambda found, name=name: found.__setitem__(name, found[name] + 1))
    engine.deploy(parse_bpmn_xml(Path(diagram).read_text(encoding="utf-8")))
    _run(engine, begin, instances)
    best = min(_run(engine, begin, instances) for _ in range(ROUNDS))
    sys.stdout.write(f"{best / units * 1e6}\n")


def _run(engine: Any, variables: dict[str, int], instances: int) -> float:
    gc.collect()
    begin = time.process_time()
    for _ in range(instances):
        found = engine.start_process_instance_by_key("p", dict(variables))
        for task in list(engine._tasks.values()):
            engine.complete_task(task.id)
        for task in list(engine._tasks.values()):
            engine.complete_task(task.id)
        assert found.is_completed
    return time.process_time() - begin


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
