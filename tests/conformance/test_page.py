"""The page of conformance is current, and it leaves nothing out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.bpmn import vocabulary
from engine.kernel import BEHAVIOURS
from tests.conformance import page, probes
from tests.engine.bpmn.test_refusals import CASES
from tests.engine.kernel.test_element_table import TESTED_IN
from tests.manual.places import PLACES

ROOT = Path(__file__).parents[2]
ROWS = sorted(set(BEHAVIOURS) - set(page.NOT_DRAWN))


def test_the_page_is_current() -> None:
    written = (ROOT / "docs/conformance.md").read_text(encoding="utf-8")
    assert written == page.page(), "run: python -m tests.conformance.page > docs/conformance.md"


def test_the_page_has_a_row_for_every_element_of_the_table() -> None:
    assert page.rows_of_the_page() >= set(ROWS)


@pytest.mark.parametrize("key", ROWS)
def test_an_element_has_a_module_a_test_file_and_a_row_in_the_manual_with_a_picture(key: str) -> None:
    assert (ROOT / page.module_of(key)).exists()
    assert (ROOT / f"tests/engine/kernel/{TESTED_IN[key]}.py").exists()
    assert (ROOT / f"docs/elements/{key.replace(':', '-')}.svg").exists()
    assert f"({key.replace(':', '-')}.svg)" in PLACES[key].text


def test_every_trigger_of_the_vocabulary_has_its_places() -> None:
    assert set(probes.triggers()) == set(probes.STANDARD)


def test_what_the_standard_has_nowhere_is_taken_nowhere_but_where_the_page_says_so() -> None:
    assert {trigger for trigger, _ in page.beyond()} <= {"compensate"}


def test_every_code_of_a_refused_word_has_its_example() -> None:
    shown = {case.code for case in CASES}
    told = {*vocabulary.REFUSED.values(), *(one.code for one in page.not_run().values())}
    assert {code for code in told if code not in shown} == set()


def test_every_link_of_the_page_leads_to_a_file() -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / "docs/conformance.md").read_text(encoding="utf-8"))
    assert targets
    assert [target for target in set(targets) if not (ROOT / "docs" / target).exists()] == []
