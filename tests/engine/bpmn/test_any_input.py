"""Whatever the bytes are, the reader answers; public diagrams of other engines are read too."""

from __future__ import annotations

import os
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn import read_bpmn
from engine.bpmn.vocabulary import NODES, PARTS, REFUSED, ZEEBE_SHAPES
from tests.engine.bpmn.diagram import NAMESPACES
from tests.engine.bpmn.refused_structures import STRUCTURES
from tests.engine.bpmn.refused_words import WORDS

CORPUS = os.environ.get("BPMN_CORPUS", "")
SAMPLES = sorted({case.xml for case in (*WORDS, *STRUCTURES) if len(case.xml) < 5000})
NAMES = sorted({*NODES, *PARTS, *REFUSED, *(f"zeebe:{name}" for name in ZEEBE_SHAPES), "extensionElements", "incoming"})
IDS = st.sampled_from(["a", "b", "c", "p", "tns:a", "", "=x", "${x}", "R/PT0S"])
KEYS = sorted({"id", "name"}.union(*(shape.attributes for shape in (*NODES.values(), *PARTS.values(), *ZEEBE_SHAPES.values()))))
ATTRIBUTES = st.builds(
    lambda name, others: {"id": name, **others}, IDS, st.dictionaries(st.sampled_from(KEYS), IDS, max_size=4)
)
TEXTS = st.sampled_from(["", "=a", "=", "a >", "${a}", "PT1H", "-1", "a"])


def element(name: str, attributes: dict[str, str], content: str) -> str:
    return f"<{name}{''.join(f' {key}={value!r}' for key, value in attributes.items())}>{content}</{name}>"


TREES = st.recursive(
    st.builds(element, st.sampled_from(NAMES), ATTRIBUTES, TEXTS),
    lambda children: st.builds(element, st.sampled_from(NAMES), ATTRIBUTES, st.lists(children, max_size=4).map("".join)),
    max_leaves=25,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TREES, max_size=8), st.lists(TREES, max_size=3))
def test_any_tree_of_known_words_is_answered(inside: list[str], beside: list[str]) -> None:
    process = f"<process id='p' isExecutable='true'>{''.join(inside)}</process>"
    xml = f"<definitions {NAMESPACES}>{''.join(beside)}{process}</definitions>"
    answer = read_bpmn(xml.encode(), "any.bpmn")
    assert all(problem.message and problem.line for problem in answer.problems)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 2**32))
def test_a_damaged_diagram_is_answered(sample: bytes, seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(sample)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 30)]
            case 2:
                data[at:at] = data[at : at + chance.randint(1, 60)]
            case _:
                words = [word.span() for word in re.finditer(rb'"[^"]*"', data)] or [(at, at)]
                (a, b), (c, d) = chance.choice(words), chance.choice(words)
                data[a:b] = data[c:d]
        data = data or bytearray(b"<")
    assert read_bpmn(bytes(data), "any.bpmn") is not None


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    answer = read_bpmn(data, "any.bpmn")
    assert answer.problems


@pytest.mark.skipif(not CORPUS, reason="BPMN_CORPUS names no folder with diagrams")
def test_public_diagrams_of_other_engines_are_accepted_or_refused_with_reasons() -> None:
    answers = {path: read_bpmn(path.read_bytes(), path.name) for path in sorted(Path(CORPUS).rglob("*.bpmn"))}
    assert len(answers) > 100
    for path, answer in answers.items():
        assert answer.ok or any(problem.message and problem.fix for problem in answer.problems), path
        assert answer.processes or not answer.ok, path
