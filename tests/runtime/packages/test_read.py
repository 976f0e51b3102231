"""Reading package.yaml and what it names: every fault is told with its line and the way out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.errors import Conflict, Invalid
from runtime.packages import find
from runtime.packages.find import find_packages, in_order
from runtime.packages.read import read_package
from runtime.packages.yaml_files import parse_yaml

MakePackage = Callable[..., Path]

MANIFEST = """\
name: {name}
version: 1.2.3
engine: ">=0.1,<1.0"
label: {{en: Demo, ja: デモ}}
"""


@pytest.fixture
def make(tmp_path: Path) -> MakePackage:
    """Writes a package folder: more lines for its manifest, and files by name."""

    def write(name: str = "demo", more: str = "", **files: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "package.yaml").write_text(MANIFEST.format(name=name) + more, encoding="utf-8")
        for path, content in files.items():
            (folder / path.replace("__", ".")).write_text(content, encoding="utf-8")
        return folder

    return write


def _problems(folder: Path) -> list[str]:
    with pytest.raises(Invalid) as caught:
        read_package(folder)
    return [f"{p.code} {p.line} {p.message} {p.fix or ''}".strip() for p in caught.value.problems]


def test_reads_the_manifest_and_the_files_it_names(make: MakePackage) -> None:
    more = "resources: ['*.bpmn']\nrecord_types: [lead.yaml]\nmenu: [lead]\n"
    package = read_package(make("demo", more, a__bpmn="<x/>", lead__yaml="type: lead\n"))
    assert package.name == "demo"
    assert package.manifest.label["ja"] == "デモ"
    assert package.resources == {"a.bpmn": b"<x/>"}
    assert package.record_types[0].data == {"type": "lead"}
    assert package.record_types[0].name == "lead.yaml"


def test_the_manifest_itself_may_be_named(make: MakePackage) -> None:
    assert read_package(make() / "package.yaml").name == "demo"


def test_a_misspelt_key_is_refused_with_its_line_and_the_likely_one(make: MakePackage) -> None:
    assert _problems(make("demo", "resuorces: []\n")) == [
        "PKG-1010 5 The key 'resuorces' is not known. Did you mean 'resources'?"
    ]


def test_a_key_of_a_public_form_is_checked_too(make: MakePackage) -> None:
    more = "public_forms:\n  - {path: request, form: f, message: m, label: {en: X}, defauts: {}}\n"
    assert _problems(make("demo", more)) == [
        "PKG-1010 6 The key 'public_forms.0.defauts' is not known. Did you mean 'defaults'?"
    ]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("menu: lead\n", "PKG-1011 5 menu: Not a valid list."),
        ("requires: [7]\n", "PKG-1011 5 requires.0: Not a valid string."),
        ("roles: 1\n", "PKG-1011 5 roles: Not a valid string."),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_line(make: MakePackage, more: str, said: str) -> None:
    assert _problems(make("demo", more)) == [said]


def test_all_faults_are_told_at_once(make: MakePackage) -> None:
    more = "resources: ['*.bpmn']\nroles: roles.yaml\ntemplates: letters\ndemo: demo.yaml\n"
    found = _problems(make("demo", more))
    assert [line.split()[:2] for line in found] == [["PKG-1021", "5"], ["PKG-1021", "6"], ["PKG-1021", "7"], ["PKG-1021", "8"]]


def test_a_label_needs_english(make: MakePackage, tmp_path: Path) -> None:
    folder = make()
    (folder / "package.yaml").write_text("name: demo\nversion: 1.0.0\nlabel: {ja: デモ}\n", encoding="utf-8")
    assert _problems(folder) == ["PKG-1011 3 label: an English text (en) is needed."]


def test_two_files_of_one_name_are_refused(make: MakePackage, tmp_path: Path) -> None:
    folder = make("demo", "resources: ['*.bpmn', '../other/*.bpmn']\n", a__bpmn="1")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.bpmn").write_text("2")
    assert _problems(folder)[0].startswith("PKG-1023 5")


def test_a_folder_without_a_manifest_is_explained(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"no package\.yaml"):
        read_package(tmp_path)


@pytest.mark.parametrize(
    ("raw", "code", "line"),
    [
        (b"a: 1\na: 2\n", "PKG-1002", 2),
        (b"a: [1\n", "PKG-1002", 2),
        (b"- 1\n", "PKG-1003", 1),
        (b"", "PKG-1003", 1),
        (b"a: !!python/object/apply:os.system ['true']\n", "PKG-1002", 1),
        (b"\xff\xfe\xfa", "PKG-1002", None),
    ],
)
def test_what_is_no_plain_yaml_mapping_is_refused(raw: bytes, code: str, line: int | None) -> None:
    with pytest.raises(Invalid) as caught:
        parse_yaml(raw, "x.yaml")
    assert caught.value.code == code
    assert line is None or caught.value.problems[0].line == line


def test_a_bomb_of_aliases_is_harmless() -> None:
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    file = parse_yaml("\n".join(["a0: &a0 [lol]", *levels]).encode(), "bomb.yaml")
    assert len(file.lines) < 1_000


def test_every_key_has_its_line() -> None:
    file = parse_yaml(b"a:\n  b:\n    - c: 1\n    - d: 2\n", "x.yaml")
    assert file.line(("a", "b", 1, "d")) == 4
    assert file.line(("a", "b", 1, "unknown")) == 4
    assert file.line(("nothing",)) == 1


def test_the_content_hash_changes_with_content_only(make: MakePackage) -> None:
    folder = make("demo", "resources: ['*.form']\nroles: roles.yaml\n", a__form="{}", roles__yaml="roles: {a: 1}\n")
    first = read_package(folder).content_hash()
    (folder / "roles.yaml").write_text("roles:\n  a: 1   # the same, spelt otherwise\n")
    assert read_package(folder).content_hash() == first
    (folder / "a.form").write_text("{ }")
    assert read_package(folder).content_hash() != first


def test_packages_come_after_those_they_require(make: MakePackage) -> None:
    later = read_package(make("aa", "requires: [zz]\n"))
    earlier = read_package(make("zz"))
    assert [p.name for p in in_order([later, earlier])] == ["zz", "aa"]


def test_a_package_that_requires_what_is_not_there_is_refused(make: MakePackage) -> None:
    packages = [read_package(make("aa", "requires: [crn]\n")), read_package(make("crm"))]
    with pytest.raises(Invalid, match="Did you mean 'crm'"):
        in_order(packages)


def test_packages_that_require_one_another_are_refused(make: MakePackage) -> None:
    packages = [read_package(make("aa", "requires: [bb]\n")), read_package(make("bb", "requires: [aa]\n"))]
    with pytest.raises(Invalid, match="in a circle"):
        in_order(packages)


def test_two_packages_of_one_name_stop_the_start_and_both_are_named(make: MakePackage, tmp_path: Path) -> None:
    one = read_package(make("demo"))
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "package.yaml").write_text(MANIFEST.format(name="demo"))
    with pytest.raises(Conflict) as caught:
        in_order([one, read_package(tmp_path / "copy")])
    assert str(tmp_path / "demo") in caught.value.detail
    assert str(tmp_path / "copy") in caught.value.detail


@pytest.mark.parametrize(("engine", "code"), [(">=99", "PKG-1034"), ("about 1", "PKG-1033")])
def test_a_package_for_another_version_is_refused(make: MakePackage, engine: str, code: str) -> None:
    folder = make()
    text = (folder / "package.yaml").read_text(encoding="utf-8").replace(">=0.1,<1.0", engine)
    (folder / "package.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Invalid) as caught:
        in_order([read_package(folder)])
    assert caught.value.code == code


def test_an_announced_package_that_is_not_there_is_noted_and_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib.metadata import EntryPoint

    points = [
        EntryPoint(name="gone", value="no_such_module_at_all", group=find.GROUP),
        EntryPoint(name="inner", value="no_such_module_at_all.inner", group=find.GROUP),
        EntryPoint(name="empty", value="graphlib", group=find.GROUP),
    ]
    monkeypatch.setattr(find, "entry_points", lambda group: points)
    found = find_packages()
    assert found.packages == ()
    assert len(found.notes) == 3
    assert "'gone'" in " ".join(found.notes)


def test_an_announced_package_is_found_where_its_module_is(
    make: MakePackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importlib.metadata import EntryPoint

    make("found_by_name")
    (tmp_path / "found_by_name" / "__init__.py").write_text("raise SystemExit('it must not be run')")
    monkeypatch.syspath_prepend(tmp_path)
    point = EntryPoint(name="crm", value="found_by_name", group=find.GROUP)
    monkeypatch.setattr(find, "entry_points", lambda group: [point])
    assert [p.name for p in find_packages([tmp_path / "found_by_name"]).packages] == ["found_by_name"]
