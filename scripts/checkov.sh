#!/bin/sh
# Runs checkov over the transformed template, from a venv of its own: its pins clash with the project's.
set -eu
cd "$(dirname "$0")/.."
. scripts/tool_venv.sh
venv="${CHECKOV_VENV:-.venvs/checkov}"
tool_venv "$venv" 'checkov>=3.3,<4' \
    "checkov cannot be installed into $venv: no package index? The template was not checked by it."
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
"${PYTHON:-.venv/bin/python}" -m tests.template.transformed > "$out/template.json"
"$venv/bin/checkov" --config-file tests/template/checkov.yaml --file "$out/template.json"
