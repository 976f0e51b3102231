from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from crm_package.letters import _environment, letter

FOLDER = Path(__file__).parents[2] / "crm_package" / "templates"
LEAD: dict[str, Any] = {
    "number": "L-00001",
    "subject": "Quote for <20> scanners",
    "name": "Demo Buyer",
    "company": "Example Trading Ltd (demo)",
    "phone": "+442079460101",
    "email": "demo@trading.example.com",
    "grade": "A",
    "total_score": Decimal(72),
    "owner": "demo-seller",
}
TEMPLATES: dict[str, set[str]] = defaultdict(set)
for _file in FOLDER.glob("*.j2"):
    _name, _language, _ = _file.name.split(".")
    TEMPLATES[_name].add(_language)


def test_every_letter_is_written_in_three_languages() -> None:
    assert TEMPLATES
    assert {name: languages for name, languages in TEMPLATES.items() if languages != {"en", "ja", "ru"}} == {}


@pytest.mark.parametrize("name", sorted(TEMPLATES))
@pytest.mark.parametrize("language", ["en", "ja", "ru"])
@pytest.mark.parametrize("lead", [LEAD, dict.fromkeys(LEAD) | {"number": "L-00001", "subject": "Quote"}])
def test_every_letter_has_a_subject_and_a_text(name: str, language: str, lead: dict[str, Any]) -> None:
    text = letter(name, language, {"lead": lead, "due": "2026-11-23 10:00 UTC"})
    assert "L-00001" in text.subject
    assert not text.subject.startswith("Subject")
    assert text.body
    assert "None" not in text.subject + text.body


def test_a_language_without_a_letter_gets_english() -> None:
    assert letter("acknowledgement", "other", {"lead": LEAD, "due": None}).body.startswith("Dear Demo Buyer")
    assert letter("acknowledgement", None, {"lead": LEAD, "due": None}).subject == "We have your request L-00001"


def test_plain_text_is_not_escaped() -> None:
    assert "<20>" in letter("acknowledgement", "en", {"lead": LEAD, "due": None}).body


def test_an_unknown_letter_is_named() -> None:
    with pytest.raises(LookupError, match="nonsense"):
        letter("nonsense", "en", {})


def test_a_misspelt_field_is_a_mistake_and_not_a_gap() -> None:
    with pytest.raises(UndefinedError):
        _environment().from_string("{{ lead.nmae }}").render(lead=LEAD)


def test_a_template_cannot_reach_into_python() -> None:
    with pytest.raises(SecurityError):
        _environment().from_string("{{ lead.__class__.__mro__ }}").render(lead=LEAD)
