#!/bin/sh
# Runs checkov over the transformed template, from a venv of its own: its pins clash with the project's.
set -eu
cd "$(dirname "$0")/.."
venv="${CHECKOV_VENV:-.venvs/checkov}"
wanted='checkov>=3.3,<4'
if [ "$(cat "$venv/wanted" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$venv"
    "${PY:-python3}" -m venv "$venv"
    "$venv/bin/pip" install -qq --disable-pip-version-check "$wanted" || {
        echo "checkov cannot be installed into $venv: no package index? The template was not checked by it." >&2
        exit 1
    }
    echo "$wanted" > "$venv/wanted"
fi
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT
"${PYTHON:-.venv/bin/python}" -m tests.template.transformed > "$out/template.json"
"$venv/bin/checkov" --config-file tests/template/checkov.yaml --file "$out/template.json"
