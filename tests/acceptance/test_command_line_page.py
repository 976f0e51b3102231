"""What the handbook of the command line says is so: its examples are run, and print what the page shows."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from click.testing import CliRunner, Result

from runtime.cli.main import main
from runtime.config import PREFIX, Config
from tests.support.diagrams import diagram, form, line, service_task, user_task

ROOT = Path(__file__).parents[2]
PAGES = ("docs/command-line.md", "README.md")
PROMISED = {PAGES[0]: 0, PAGES[1]: None}
"""The exit code of an example that names none; the README leaves them out."""
ANSWERED = (0, 1, 3)
NEEDS = {("user", "change"): ("user", "add"), ("user", "password"): ("user", "add"), ("table", "import"): ("table", "export")}
NEEDS |= {("user", "token"): ("user", "add")}
NEEDS |= {("backup", "ringi-2026-11-22.zip"): ("db", "upgrade")}
NEEDS |= {("restore", "ringi-2026-11-22.zip"): ("backup", "ringi-2026-11-22.zip")}
"""Examples that go on where another one ended."""
ROWS = 30
"""So many rows of the example file are imported."""
_BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n^```\n(.*?)^```\n)?", re.M | re.S)


class Example(NamedTuple):
    """A command of a page, the exit code it promises, if it does, and what it prints, where the page shows that."""

    page: str
    words: tuple[str, ...]
    code: int | None
    shown: str | None


def examples() -> Iterator[Example]:
    for page in PAGES:
        for typed, shown in _BLOCK.findall((ROOT / page).read_text(encoding="utf-8")):
            lines = [text for text in typed.splitlines() if re.match(r"(\.venv/bin/)?ringi ", text)]
            for number, text in enumerate(lines, 1):
                code = re.search(r"# exit code (\d+)", text)
                last = number == len(lines) and shown
                words = tuple(shlex.split(text, comments=True)[1:])
                yield Example(page, words, int(code[1]) if code else PROMISED[page], shown if last else None)


EXAMPLES = list(examples())
SERVERS = ("up", "web", "worker")
SERVING = [one for one in EXAMPLES if one.words[0] in SERVERS]
OTHERS = [one for one in EXAMPLES if one.words[0] not in SERVERS]


def name(example: Example) -> str:
    return " ".join(example.words)[:60]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the pages name, and an installation with the packages, prepared once."""
    folder = tmp_path_factory.mktemp("page")
    for part in ("processes", "crm_package", "examples/onboarding"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    rows = (ROOT / "examples/data/leads.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    (folder / "examples/data").mkdir()
    (folder / "examples/data/leads.csv").write_text("".join(rows[: ROWS + 1]), encoding="utf-8")
    (folder / "order.bpmn").write_bytes(diagram("order", line(user_task("approve"), service_task("charge", "charge-card"))))
    (folder / "bad").mkdir()
    broken = line(user_task("ask", form="aprove")).replace("<bpmn:userTask", "\n\n\n\n<bpmn:userTask")
    (folder / "bad/leave.bpmn").write_bytes(diagram("leave", broken))
    (folder / "bad/approve.form").write_bytes(form("approve", "ok"))
    (folder / "rule.feel").write_text("amount > 1000", encoding="utf-8")
    (folder / "variables.json").write_text('{"amount": 1200}', encoding="utf-8")
    return folder


@pytest.fixture
def here(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a copy, so that examples do not disturb each other."""
    shutil.copytree(place, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def test_the_pages_have_examples_of_every_command() -> None:
    assert {one.words[0] for one in EXAMPLES if one.page == PAGES[0]} == set(main.commands)
    assert {"check", "run", "feel", "import"} <= {one.words[0] for one in EXAMPLES if one.page == PAGES[1]}


def before(example: Example) -> list[tuple[str, ...]]:
    """The examples that it goes on from, the first one first."""
    needed = next((one for one in EXAMPLES if one.words[:2] == NEEDS.get(example.words[:2])), None)
    return [*before(needed), needed.words] if needed else []


@pytest.mark.parametrize("example", OTHERS, ids=name)
def test_an_example_does_what_the_page_says(example: Example, here: Path) -> None:
    for needed in before(example):
        assert run(*needed).exit_code == 0
    result = run(*example.words)
    assert result.exit_code in ANSWERED if example.code is None else result.exit_code == example.code, result.output
    if example.shown is not None:
        assert result.output == example.shown


@pytest.mark.parametrize("example", SERVING, ids=name)
def test_an_example_that_serves_has_options_that_there_are(example: Example) -> None:
    program = click.Context(main, info_name="ringi", **main.context_settings)
    assert main.commands[example.words[0]].make_context(example.words[0], list(example.words[1:]), parent=program).params


def test_the_page_lists_every_command() -> None:
    page = (ROOT / PAGES[0]).read_text(encoding="utf-8")
    for command, one in main.commands.items():
        row = next(text for text in page.splitlines() if text.startswith(f"| `ringi {command}"))
        if isinstance(one, click.Group):
            missing = [sub for sub in one.commands if not re.search(rf"\b{sub}`", row)]
            assert not missing, row


@pytest.mark.parametrize("command", ["run", "check", "deploy", "import"])
def test_the_json_of_a_command_has_the_members_that_its_section_names(command: str, here: Path) -> None:
    page = (ROOT / PAGES[0]).read_text(encoding="utf-8")
    section = page.split(f"## ringi {command}\n")[1].split("\n## ")[0]
    said = section.split("\nJSON: ")[1].split("\n\n")[0]
    named = set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", said)))
    example = next(one for one in OTHERS if one.words[0] == command)
    data = json.loads(run(*example.words, *([] if "--json" in example.words else ["--json"])).stdout)
    assert named
    assert named <= data.keys()


def test_the_page_lists_every_variable_with_its_default() -> None:
    page = (ROOT / PAGES[0]).read_text(encoding="utf-8")
    rows = {
        v: text for text in page.splitlines() for v in re.findall(r"`(RINGI_\w+)`", text.partition("|")[2].partition("|")[0])
    }
    assert rows.keys() == {f"{PREFIX}{field.name.upper()}" for field in fields(Config)}
    config = Config()
    for member in (
        "data_dir",
        "host",
        "port",
        "phone_region",
        "threads",
        "web_processes",
        "web_threads",
        "public_rate",
        "proxies",
    ):
        assert str(getattr(config, member)) in rows[f"{PREFIX}{member.upper()}"]
    for member in ("lease", "sweep", "grace"):
        assert f"| {getattr(config, member).seconds} |" in rows[f"{PREFIX}{member.upper()}"]
