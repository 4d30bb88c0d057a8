#!/bin/sh
# Runs checkov over the transformed template, from a venv of its own: its pins clash with the project's.
set -eu
cd "$(dirname "$0")/.."
venv="${CHECKOV_VENV:-.venvs/checkov}"
[ -x "$venv/bin/checkov" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check 'checkov>=3.3,<4'; }
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
"${PYTHON:-.venv/bin/python}" -m tests.template.transformed > "$out/template.json"
"$venv/bin/checkov" --config-file tests/template/checkov.yaml --file "$out/template.json"
