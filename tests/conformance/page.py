"""`docs/conformance.md`: what runs, what is refused, and how we know. `python -m tests.conformance.page > docs/conformance.md`.

The rows come from the vocabulary of the reader, the element table of the kernel, and from trying each element (`probes`).
"""

from __future__ import annotations

import pkgutil
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Final

from engine.bpmn import CODES, Code, camunda8, vocabulary
from engine.kernel import BEHAVIOURS, behaviours
from tests.conformance import bpmn_differences as bpmn
from tests.conformance import probes
from tests.conformance.differences_page import page as feelin_table
from tests.conformance.feelin_differences import DIFFERENCES
from tests.conformance.patterns import DIRECT, PATTERNS, proof
from tests.conformance.test_dmn_tck import SHARE_OF_LEVEL_3
from tests.engine.bpmn.refused_data import DATA
from tests.engine.bpmn.refused_words import WORDS
from tests.engine.kernel.test_element_table import TESTED_IN
from tests.manual.places import PLACES

ROOT: Final = Path(__file__).parents[2]
NOT_DRAWN: Final = ("process", "unknown")
"""Rows of the element table that no element of a diagram is."""


def page() -> str:
    """The whole page."""
    text = (Path(__file__).parent / "page_text.md").read_text(encoding="utf-8")
    passing = bpmn.EXECUTED - len(bpmn.cases_of(bpmn.FAILING))
    return text.format(
        elements=table(["element", "trigger", "place", "here", "module, or why not", "test", "manual"], elements()),
        beyond=_beyond(),
        markers=table(["marker", "runs at", "refused at", "module", "test"], markers()),
        attributes=table(["attribute", "of", "runs with", "otherwise", "reason"], attributes()),
        words=table(["word of BPMN", "here", "where, or why not"], words()),
        zeebe=table(["element", "here", "attributes, or why not"], zeebe()),
        patterns=table(["", "pattern", "supported", "how", "drawing", "test"], patterns()),
        pattern_numbers=_pattern_numbers(),
        level_3=f"{100 * SHARE_OF_LEVEL_3:g}",
        cases=bpmn.EXECUTED,
        executed=passing,
        failing=listed(bpmn.FAILING),
        broken=bpmn.BROKEN,
        refused=bpmn.BROKEN - len(bpmn.cases_of(bpmn.NOT_REFUSED)),
        not_refused=listed(bpmn.NOT_REFUSED),
        differences=feelin_table(DIFFERENCES).rstrip("\n"),
    )


def table(head: list[str], rows: Iterable[tuple[str, ...]]) -> str:
    """A table in Markdown."""
    lines = (" | ".join(["", *(cell.replace("|", "\\|") for cell in row), ""]).strip() for row in rows)
    return "\n".join([f"| {' | '.join(head)} |", "|---" * len(head) + "|", *lines])


def link(path: str, name: str = "") -> str:
    """A link from the page to a file of the project."""
    assert (ROOT / path).exists(), path
    return f"[{name or Path(path).stem}](../{path})"


def listed(differences: tuple[bpmn.Difference, ...]) -> str:
    """A line for each reason."""
    lines = (f"- {one.reason} ({len(one.cases)} {'case' if len(one.cases) == 1 else 'cases'})" for one in differences)
    return ";\n".join(lines) + "."


# -- elements ------------------------------------------------------------------------------------------------------------


def elements() -> Iterator[tuple[str, ...]]:
    """A row for each activity and gateway, and for each event, trigger and place that the standard has."""
    for trigger in probes.triggers():
        for position, tag in probes.POSITIONS.items():
            if position in probes.STANDARD[trigger]:
                key = _key(tag, trigger)
                yield _row(tag, trigger or "none", position, key, probes.event(position, trigger))
    for tag in sorted(vocabulary.FLOW_NODES, key=lambda name: (name.endswith("Gateway"), name)):
        if not tag.endswith("Event"):
            yield _row(tag, "", "", tag, probes.element(tag))
    yield _row("receiveTask", "", "begins the process", "receiveTask", probes.instantiating_task())
    for kind in ("Exclusive", "Parallel"):
        verdict = probes.element("eventBasedGateway", f'instantiate="true" eventGatewayType="{kind}"')
        yield _row("eventBasedGateway", "", f"begins the process, {kind.lower()}", "eventBasedGateway", verdict)


def _key(tag: str, trigger: str) -> str:
    """The row of the element table; waiting for all of several triggers is in the same one as for any."""
    return f"{tag}:{trigger}".replace("parallelMultiple", "multiple").removesuffix(":")


def _row(tag: str, trigger: str, position: str, key: str, verdict: probes.Verdict) -> tuple[str, ...]:
    if verdict.code is not None:
        return f"`{tag}`", trigger, position, verdict.text, verdict.reason, link(_refused_in(verdict.code), "refused"), ""
    place = PLACES[key]
    module, test = module_of(key), f"tests/engine/kernel/{_tested_in(key, position)}.py"
    manual = f"[{place.title}](elements/{place.page}.md#{place.anchor})"
    return f"`{tag}`", trigger, position, verdict.text, link(module), link(test), manual


def _tested_in(key: str, position: str) -> str:
    """What begins a process is tested apart from what begins an event sub-process."""
    if position in (probes.EVENT_START, probes.EVENT_START_BESIDE) and TESTED_IN[key] == "test_start":
        return "test_event_sub_process"
    return "test_beginnings" if position.startswith(probes.START) and not key.startswith("startEvent") else TESTED_IN[key]


def _refused_in(code: str) -> str:
    """The file with the example of a refused diagram."""
    kinds = {"words": WORDS, "data": DATA}
    kind = next((name for name, cases in kinds.items() if any(case.code == code for case in cases)), "structures")
    return f"tests/engine/bpmn/refused_{kind}.py"


def module_of(key: str) -> str:
    """The file of the module that runs a row of the element table."""
    row = BEHAVIOURS[key]
    for found in pkgutil.iter_modules(behaviours.__path__):
        if any(value is row for value in vars(import_module(f"{behaviours.__name__}.{found.name}")).values()):
            return f"engine/kernel/behaviours/{found.name}.py"
    raise LookupError(f"no module runs {key}")


def rows_of_the_page() -> set[str]:
    """The rows of the element table that the page shows."""
    found = {_key(tag, t) for t in probes.triggers() for p, tag in probes.POSITIONS.items() if p in probes.STANDARD[t]}
    return found | {tag for tag in vocabulary.FLOW_NODES if not tag.endswith("Event")} | {"multiInstance", "standardLoop"}


def beyond() -> Iterator[tuple[str, str]]:
    """Triggers and places that are taken though the standard has none there."""
    for trigger in probes.triggers():
        for position in probes.POSITIONS:
            if position not in probes.STANDARD[trigger] and probes.event(position, trigger).code is None:
                yield trigger, position


def _beyond() -> str:
    taken = [trigger for trigger, _ in beyond()]
    assert set(taken) <= {"compensate"}, taken
    return (
        "Taken is a compensation event that says of itself that it interrupts nothing, which has no meaning there."
        if taken
        else ""
    )


def markers() -> Iterator[tuple[str, ...]]:
    """A row for each marker."""
    rows = {"standardLoopCharacteristics": "standardLoop", "multiInstanceLoopCharacteristics": "multiInstance"}
    for marker in probes.MARKERS:
        verdicts = {tag: probes.marked(tag, marker) for tag in probes.ACTIVITIES}
        runs = [tag for tag, verdict in verdicts.items() if verdict.code is None]
        refused = "; ".join(f"`{tag}` ({v.code})" for tag, v in verdicts.items() if v.code is not None)
        everywhere = "every activity" if not refused else ", ".join(f"`{tag}`" for tag in runs)
        key = rows.get(marker, "boundaryEvent:compensate")
        module = module_of(key) if marker in rows else "engine/kernel/compensation.py"
        yield f"`{marker}`", everywhere, refused, link(module), link(f"tests/engine/kernel/{TESTED_IN[key]}.py")


# -- words ---------------------------------------------------------------------------------------------------------------


def attributes() -> Iterator[tuple[str, ...]]:
    """A row for each attribute of which a value that the standard has is refused."""
    shapes = {**vocabulary.NODES, **vocabulary.PARTS}
    for name, values in sorted(vocabulary.ATTRIBUTE_VALUES.items()):
        if values.code == "BPMN-3104":  # every value of the standard runs
            continue
        owners = ", ".join(f"`{tag}`" for tag, shape in shapes.items() if name in shape.attributes)
        allowed = ", ".join(f"`{value}`" for value in sorted(values.allowed)) or "nothing: it is left out"
        yield f"`{name}`", owners, allowed, f"refused ({values.code})", CODES[values.code][0]


def words() -> Iterator[tuple[str, ...]]:
    """A row for each word of BPMN that is no flow node."""
    shapes = {**vocabulary.NODES, **vocabulary.PARTS}
    for name in sorted(vocabulary.PARTS):
        if not name.endswith(probes.SUFFIX):
            holders = [f"`{tag}`" for tag, shape in shapes.items() if name in shape.children]
            yield f"`{name}`", "runs", "in " + ", ".join(holders) if holders else "beside the processes"
    for name in sorted(vocabulary.DRAWN_DATA - vocabulary.PARTS.keys()):
        yield f"`{name}`", "drawn", "data outside of the process, or the name of a state; without influence on the run"
    top = {name for name in vocabulary.ROOT_CHILDREN - shapes.keys() if name not in vocabulary.REFUSED}
    for name in sorted(top - vocabulary.HARMLESS):
        yield f"`{name}`", "known", "at the top of the file"
    for name in sorted(vocabulary.HARMLESS):
        yield f"`{name}`", "known", "everywhere; without influence on the run, or read with what it stands at"
    for name, code in sorted(vocabulary.REFUSED.items()):
        yield f"`{name}`", f"refused ({code})", CODES[code][0]


def zeebe() -> Iterator[tuple[str, ...]]:
    """A row for each element of the dialect."""
    for name, shape in sorted(vocabulary.ZEEBE_SHAPES.items()):
        yield f"`{name}`", "runs", ", ".join(f"`{attribute}`" for attribute in sorted(shape.attributes))
    for name, told in sorted(not_run().items()):
        verdict = "warned of" if told.code is Code.ZEEBE_WITHOUT_EFFECT else "refused"
        yield f"`{name}`", f"{verdict} ({told.code})", f"It {told.why}."


def not_run() -> dict[str, camunda8.NotRun]:
    """What of the dialect is told and not run, elements and attributes."""
    parts = {f"{element}.{attribute}": told for (element, attribute), told in camunda8.ATTRIBUTES.items()}
    return {**camunda8.ELEMENTS, **camunda8.BPMN_ATTRIBUTES, **parts}


# -- patterns ------------------------------------------------------------------------------------------------------------


def patterns() -> Iterator[tuple[str, ...]]:
    """A row for each workflow pattern."""
    for pattern in PATTERNS:
        file, name = proof(pattern)
        said = f"{pattern.how}. {pattern.limit}".removesuffix(". ") if pattern.limit else pattern.how
        if pattern.warnings:
            said += f" (the deploy check warns: {', '.join(pattern.warnings)})"
        drawing = link(str(pattern.file.relative_to(ROOT)))
        test = link(str(file.relative_to(ROOT)), name.removeprefix(f"test_wcp_{pattern.number:02}_").replace("_", " "))
        yield f"WCP-{pattern.number}", pattern.name, pattern.verdict, said, drawing, test


def _pattern_numbers() -> str:
    direct = sum(pattern.verdict == DIRECT for pattern in PATTERNS)
    return f"Directly: {direct}, by a drawing: {len(PATTERNS) - direct}, not supported: none."


if __name__ == "__main__":
    sys.stdout.write(page())
