"""The program as a whole: help that teaches, JSON everywhere, exit codes, and a start that loads what it needs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from runtime.cli.main import main
from tests.runtime.cli.conftest import Ringi

HEAVY = ("sqlalchemy", "alembic", "flask", "werkzeug", "openpyxl", "argon2", "apscheduler", "jinja2", "babel")
"""What a server or an installation needs, and an expression does not."""


def commands(group: click.Group = main, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from commands(one, (*path, name))
        else:
            yield (*path, name), one


COMMANDS = dict(commands())


def test_the_commands_are_those_that_are_promised() -> None:
    promised = "up run check feel decide deploy import version"
    assert {(word,) for word in promised.split()} < COMMANDS.keys()
    assert {("package", word) for word in ("list", "install", "check")} < COMMANDS.keys()
    assert {("db", "upgrade"), ("user", "add")} < COMMANDS.keys()


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_and_answers_in_json(ringi: Ringi, path: tuple[str, ...]) -> None:
    said = ringi(*path, "-h")
    assert said.code == 0
    assert "--json" in said.out
    one = COMMANDS[path]
    assert one.get_short_help_str().endswith((".", "…")), "the list of commands is read as sentences"
    assert all(o.help for o in one.params if isinstance(o, click.Option) and o.name not in {"language", "email"}), one.name


@pytest.mark.parametrize("path", [path for path in COMMANDS if path[0] in {"up", "run", "check", "feel", "decide", "deploy"}])
def test_the_help_of_the_main_commands_has_examples(ringi: Ringi, path: tuple[str, ...]) -> None:
    assert f"\n  ringi {' '.join(path)} " in ringi(*path, "-h").out


def test_the_first_page_says_where_to_start_and_what_exit_codes_mean(ringi: Ringi) -> None:
    said = ringi("-h")
    assert said.code == 0
    assert "ringi up" in said.out
    assert "Exit codes: 0 done, 1 failed" in said.out


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_an_unknown_option_is_wrong_usage_in_words_and_in_json(ringi: Ringi, path: tuple[str, ...]) -> None:
    assert ringi(*path, "--nonsense").code == 2
    said = ringi(*path, "--nonsense", "--json")
    assert (said.code, said.data["code"], said.data["status"]) == (2, "CLI-1000", 400)


def test_a_misspelt_command_is_told_with_the_nearest(ringi: Ringi) -> None:
    said = ringi("fel", "1")
    assert (said.code, "Did you mean 'feel'?" in said.err) == (2, True)


def test_a_wrong_value_names_its_option_in_json(ringi: Ringi) -> None:
    data = ringi("feel", "1", "--now", "soon", "--json").data
    assert list(data["fields"]) == ["now"]
    assert "2026-11-22T09:30" in data["detail"]


@pytest.mark.parametrize("words", [("version",), ("feel", "1 + 1"), ("--help",)])
def test_a_small_command_loads_neither_database_nor_web(words: tuple[str, ...]) -> None:
    program = (
        "import sys\nfrom runtime.cli.main import main\n"
        f"try:\n    main({list(words)!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded []"


def test_a_reader_that_has_gone_is_no_failure_of_ours() -> None:
    program = "from runtime.cli.main import main; main(['feel', 'for i in 1..50000 return i'])"
    writing = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert writing.stdout is not None
    assert writing.stderr is not None
    writing.stdout.read(1)
    writing.stdout.close()
    said = writing.stderr.read()
    writing.wait(timeout=30)
    writing.stderr.close()
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("raised", "code", "told"),
    [
        (RuntimeError("the cause"), 70, "This is a bug in Ringi: RuntimeError: the cause. Please report it"),
        (KeyboardInterrupt(), 130, "Stopped."),
        (PermissionError(13, "Permission denied", "/root/x"), 1, "/root/x: Permission denied."),
    ],
)
def test_whatever_stops_a_command_is_told_without_a_stack_trace(
    ringi: Ringi, monkeypatch: pytest.MonkeyPatch, raised: BaseException, code: int, told: str
) -> None:
    def stop(*_given: object, **_named: object) -> None:
        raise raised

    monkeypatch.setattr("runtime.cli.decisions.compile_expression", stop)
    said = ringi("feel", "1")
    assert (said.code, told in said.err) == (code, True)


def test_a_bug_is_told_as_json_too(ringi: Ringi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.cli.decisions.compile_expression", None)
    said = ringi("feel", "1", "--json")
    assert (said.code, said.data["code"], said.data["status"]) == (70, "CLI-1099", 500)
