#!/bin/sh
# Runs the AWS SAM CLI: the one on PATH, else one from a venv of its own, because its pins clash with the project's.
set -eu
cd "$(dirname "$0")/.."
if command -v sam >/dev/null 2>&1; then
    exec sam "$@"
fi
. scripts/tool_venv.sh
venv="${SAM_VENV:-.venvs/sam}"
tool_venv "$venv" 'aws-sam-cli>=1.150,<2' \
    "the SAM CLI is not on PATH and cannot be installed into $venv: no package index?"
SAM_CLI_TELEMETRY="${SAM_CLI_TELEMETRY:-0}" exec "$venv/bin/sam" "$@"
