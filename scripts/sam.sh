#!/bin/sh
# Runs the AWS SAM CLI: the one on PATH, else one from a venv of its own, because its pins clash with the project's.
set -eu
cd "$(dirname "$0")/.."
if command -v sam >/dev/null 2>&1; then
    exec sam "$@"
fi
venv="${SAM_VENV:-.venvs/sam}"
wanted='aws-sam-cli>=1.150,<2'
if [ "$(cat "$venv/wanted" 2>/dev/null)" != "$wanted" ]; then
    rm -rf "$venv"
    "${PY:-python3}" -m venv "$venv"
    "$venv/bin/pip" install -qq --disable-pip-version-check "$wanted" || {
        echo "the SAM CLI is not on PATH and cannot be installed into $venv: no package index?" >&2
        exit 1
    }
    echo "$wanted" > "$venv/wanted"
fi
SAM_CLI_TELEMETRY="${SAM_CLI_TELEMETRY:-0}" exec "$venv/bin/sam" "$@"
