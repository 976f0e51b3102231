#!/bin/sh
# Pin every dependency with its hash: first everything, then the part that `make run` needs, at the same versions.
set -eu
uv=$1
cd "$(dirname "$0")/.."
compile() { "$uv" pip compile -q pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate "$@"; }
compile --extra postgres --extra server --extra otel --group build --group test --group bench --group lint -o requirements/dev.lock
sed 's/ *--hash.*//; s/ \\$//' requirements/dev.lock | grep -E '^[a-z]' > requirements/.constraints
compile --group build -c requirements/.constraints -o requirements/run.lock
rm -f requirements/.constraints
