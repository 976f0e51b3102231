"""`ringi db`, `ringi user`, `ringi version`, and the settings of an installation."""

from __future__ import annotations

import sqlite3
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.runtime.cli.conftest import Ringi


def test_versions_of_all_parts(ringi: Ringi) -> None:
    data = ringi("version", "--json").data
    assert data["ringi"] == version("ringi")
    assert {"python", "sqlite", "sqlalchemy", "flask"} < data.keys()
    assert ringi("version").lines[1].split() == ["ringi", version("ringi")]
    assert ringi("--version").out == f"ringi {version('ringi')}\n"


def test_an_upgrade_makes_the_database_and_does_it_again_without_harm(ringi: Ringi, tmp_path: Path) -> None:
    for _time in range(2):
        assert ringi("db", "upgrade", "--data", "new", "--json").data == {"database": "sqlite:///new/ringi.db"}
    assert (tmp_path / "new" / "ringi.db").is_file()


def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(ringi: Ringi, data: Path) -> None:
    with sqlite3.connect(data / "ringi.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    said = ringi("db", "upgrade", "--data", data)
    assert said.code == 1
    assert "newer" in said.err
    with sqlite3.connect(data / "ringi.db") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("from_the_future",)]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("nonsense", "Write sqlite:///FILE or postgresql://"),
        ("mysql://host/name", "Ringi does not run on mysql"),
        ("sqlite://", "names no file"),
        ("sqlite:///.", "is a folder"),
        ("sqlite:///notes.txt", "notes.txt is no SQLite database"),
        ("postgresql://127.0.0.1:1/x", "Connection refused"),
    ],
)
def test_an_address_that_is_no_database_is_told(ringi: Ringi, tmp_path: Path, address: str, told: str) -> None:
    (tmp_path / "notes.txt").write_text("notes of mine", encoding="utf-8")
    said = ringi("db", "upgrade", "--database", address)
    assert said.code == 1
    assert told in said.err
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "notes of mine"


def test_a_password_in_an_address_is_never_shown(ringi: Ringi) -> None:
    said = ringi("db", "upgrade", "--database", "postgresql://me:secret-word@127.0.0.1:1/x")
    assert said.code == 1
    assert "secret-word" not in said.out + said.err


@pytest.mark.parametrize(
    ("variable", "value", "code", "told"),
    [
        ("RINGI_PROT", "9000", "CFG-1002", "Did you mean RINGI_PORT?"),
        ("RINGI_PORT", "abc", "CFG-1003", "a whole number is wanted"),
        ("RINGI_PORT", "70000", "CFG-1001", "from 0 to 65535"),
    ],
)
def test_a_wrong_variable_is_refused(
    ringi: Ringi, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, code: str, told: str
) -> None:
    monkeypatch.setenv(variable, value)
    said = ringi("user", "list", "--json")
    assert (said.code, said.data["code"]) == (1, code)
    assert told in said.data["detail"]


def test_a_data_folder_that_is_a_file_is_wrong_usage(ringi: Ringi, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert ringi("user", "list", "--data", "file").code == 2


def test_a_user_is_added_with_a_password_that_is_shown_once(ringi: Ringi, data: Path) -> None:
    words = (
        "Demo-Boss",
        "--full-name",
        "Demo Boss",
        "--role",
        "administrator",
        "--language",
        "ja",
        "--email",
        "boss@example.com",
    )
    added = ringi("user", "add", *words, "--data", data, "--json").data
    shown = {name: added[name] for name in ("user", "name", "language", "active", "roles")}
    assert shown == {"user": "demo-boss", "name": "Demo Boss", "language": "ja", "active": True, "roles": ["administrator"]}
    assert len(added["password"]) >= 16
    (listed,) = ringi("user", "list", "--data", data, "--json").data
    assert listed == {name: value for name, value in added.items() if name != "password"}
    assert added["password"] not in ringi("user", "list", "--data", data).out


def test_a_user_without_a_role_is_told_how_to_get_one(ringi: Ringi, data: Path) -> None:
    assert "ringi user change demo-guest --role" in ringi("user", "add", "demo-guest", "--data", data).out
    said = ringi("user", "change", "Demo-Guest", "--role", "process_analyst", "--data", data)
    assert said.lines[1].split() == ["demo-guest", "demo-guest", "en", "yes", "process_analyst"]


def test_a_user_is_shut_out_and_let_in(ringi: Ringi, data: Path) -> None:
    ringi("user", "add", "demo-guest", "--data", data)
    assert ringi("user", "change", "demo-guest", "--inactive", "--data", data, "--json").data["active"] is False
    assert "is shut out" in ringi("user", "password", "demo-guest", "--data", data).out
    changed = ringi("user", "change", "demo-guest", "--active", "--full-name", "Demo Guest", "--data", data, "--json").data
    assert (changed["active"], changed["name"]) == (True, "Demo Guest")


def test_a_new_password_is_another_one(ringi: Ringi, data: Path) -> None:
    first = ringi("user", "add", "demo-guest", "--data", data, "--json").data["password"]
    second = ringi("user", "password", "demo-guest", "--data", data, "--json").data
    assert second["user"] == "demo-guest"
    assert second["password"] != first


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("add", "demo-guest"), 1, "taken"),
        (("add", "demo guest"), 1, "A user name has"),
        (("add", "demo-new", "--role", "administrater"), 1, "Did you mean 'administrator'?"),
        (("add", "demo-new", "--language", "de"), 2, "'de' is not one of"),
        (("change", "demo-guest"), 1, "Nothing is to be changed"),
        (("change", "demo-guest", "--role", "administrater"), 1, "Did you mean 'administrator'?"),
        (("change", "demo-guest", "--role", "x", "--no-roles"), 2, "exclude each other"),
        (("change", "demo-gest", "--active"), 1, "There is no user demo-gest. `ringi user list`"),
        (("password", "demo-gest"), 1, "There is no user demo-gest. `ringi user list`"),
    ],
)
def test_a_wrong_order_about_users_changes_nothing(
    ringi: Ringi, data: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    ringi("user", "add", "demo-guest", "--data", data)
    before = ringi("user", "list", "--data", data, "--json").data
    said = ringi("user", *words, "--data", data)
    assert said.code == code
    assert told in said.err
    assert ringi("user", "list", "--data", data, "--json").data == before


def test_roles_are_listed_with_who_brought_them(ringi: Ringi, data: Path) -> None:
    roles = ringi("user", "roles", "--data", data, "--json").data
    own = {"administrator", "process_analyst", "worker"}
    assert {(one["role"], one["owner"]) for one in roles} == {(name, "ringi") for name in own}
