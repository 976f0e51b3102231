"""The house holds together: a package can be taken out, and the documents tell the truth about the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE_FOLDERS = ("crm_package", "processes")
# The CRM's own tests, the way through all layers, and this file (it would call itself).
NOT_THE_PLATFORM = (
    "tests/crm_package",
    "tests/acceptance",
    "tests/designer",
    "tests/test_house.py",
    "tests/faults",
    "tests/conformance",
)


def tracked_files() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [name for name in listing.splitlines() if (ROOT / name).is_file()]


def copy_without_the_crm(target: Path) -> None:
    for name in tracked_files():
        if name.startswith(tuple(f"{folder}/" for folder in PACKAGE_FOLDERS)):
            continue
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, destination)


@pytest.mark.timeout(1_800)
def test_the_platform_passes_its_own_tests_without_the_crm_package(tmp_path: Path) -> None:
    copy_without_the_crm(tmp_path)
    ignored = [f"--ignore={path}" for path in NOT_THE_PLATFORM]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path), "HYPOTHESIS_PROFILE": "quick"}
    environment.pop("PYTEST_XDIST_WORKER", None)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-m", "not browser and not postgres", "-p", "no:cacheprovider", *ignored],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert re.search(r"\d+ passed", done.stdout)


def test_the_platform_never_names_the_crm() -> None:
    words = re.compile(r"crm_package|lead_intake|\blead\.standard\b|\bdeal\.b2b\b")
    named = [
        f"{name}:{number}"
        for name in tracked_files()
        if name.startswith(("engine/", "runtime/", "designer/")) and name.endswith((".py", ".html", ".ts"))
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1)
        if words.search(line)
    ]
    assert not named, "the platform must not know the CRM: " + ", ".join(named)


def test_every_path_the_readme_names_exists() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:engine|runtime|designer|crm_package|processes|examples|tests|docs)/[\w./-]*)`", readme)
    assert paths
    missing = [path for path in paths if not (ROOT / path).exists()]
    assert not missing, f"the README names what is not there: {missing}"


def test_every_decision_is_in_the_index() -> None:
    index = (ROOT / "docs/adr/README.md").read_text(encoding="utf-8")
    pages = sorted(p.name for p in (ROOT / "docs/adr").glob("0*.md"))
    assert [page for page in pages if page not in index] == []
