#!/bin/sh
# Builds the wheel and the sdist, installs the wheel with all it needs into a clean environment,
# and renders the examples from there, in an empty folder, as somebody would who has only that.
set -eu
python=${1:-python3}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m venv "$work/build"
"$work/build/bin/python" -m pip install --quiet --disable-pip-version-check hatchling
(cd "$root" && "$work/build/bin/python" -m hatchling build --directory "$work/dist")

"$python" -m venv "$work/clean"
"$work/clean/bin/python" -m pip install --quiet --disable-pip-version-check "$work"/dist/*.whl
mkdir "$work/empty"
cd "$work/empty"
"$work/clean/bin/hostkit" --version
HOSTKIT_CACHE="$work/cache" "$work/clean/bin/hostkit" demo -o demo
for name in kitchen-light lighthouse night-train; do
    test -f "demo/$name/mixes/full.wav"
    "$work/clean/bin/hostkit" verify "demo/$name"
done
