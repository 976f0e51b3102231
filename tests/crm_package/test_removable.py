"""The CRM is data that can be taken out: the platform knows none of its words."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
OWN_WORDS = {file.stem for file in (HOME / "crm_package" / "record_types").glob("*.yaml")} - {"product"}
"""`product` is a function of FEEL as well."""
OWN_WORDS |= {"lead.standard", "deal.b2b", "request.received", "lead.qualified", "sdr", "seller", "sales_manager", "marketer"}


def texts(file: Path) -> Iterator[str]:
    """The text constants of a module, without its docstrings."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


@pytest.mark.parametrize("part", ["engine", "runtime", "designer"])
def test_the_platform_speaks_of_no_record_type_pipeline_or_role_of_the_crm(part: str) -> None:
    files = [file for file in (HOME / part).rglob("*.py") if "node_modules" not in file.parts]
    assert files
    found = {(file.relative_to(HOME).as_posix(), text) for file in files for text in texts(file) if text in OWN_WORDS}
    assert found == set()


def test_the_handlers_know_the_platform_by_its_door_only() -> None:
    for file in (HOME / "crm_package").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        names = re.findall(r"^(?:from|import) ((?:runtime|engine|designer)[\w.]*)", text, re.MULTILINE)
        assert set(names) <= {"runtime.sdk"}, file


def test_processes_hold_data_only() -> None:
    assert {file.suffix for file in (HOME / "processes").rglob("*") if file.is_file()} <= {".bpmn", ".dmn", ".form", ".gitkeep"}
