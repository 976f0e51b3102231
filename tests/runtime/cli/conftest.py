"""The command line as a program calls it: words in, exit code and text out."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runtime.cli.main import main


@dataclass(frozen=True)
class Said:
    """What a command printed. `data` is its JSON."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.out.splitlines()]


Ringi = Callable[..., Said]


@pytest.fixture
def ringi(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Ringi:
    """Runs a command in an empty folder, without the packages that happen to be installed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RINGI_INSTALLED_PACKAGES", "no")

    def run(*words: object, given: str | None = None) -> Said:
        result = CliRunner().invoke(main, [str(word) for word in words], input=given)
        assert "Traceback" not in result.output
        return Said(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def data(sqlite_template: Path, tmp_path: Path) -> Path:
    """The folder of an installation whose tables are there already."""
    folder = tmp_path / "installation"
    folder.mkdir()
    shutil.copy(sqlite_template, folder / "ringi.db")
    return folder
