# Sourced: makes a venv of its own for a tool whose pins clash with the project's, where it is not there yet.
# tool_venv FOLDER REQUIREMENT COMPLAINT
tool_venv() {
    [ "$(cat "$1/wanted" 2>/dev/null)" = "$2" ] && return
    rm -rf "$1"
    "${PY:-python3}" -m venv "$1"
    "$1/bin/pip" install -qq --disable-pip-version-check "$2" || {
        echo "$3" >&2
        exit 1
    }
    echo "$2" > "$1/wanted"
}
