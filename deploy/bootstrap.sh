#!/bin/sh
# Finds a Python 3.10 and hands over to deploy/install.py, which makes .venv and builds the pages.
# With --print-python it only prints the interpreter it would use.
set -eu
cd "$(dirname "$0")/.."

# Rasa 3.6 runs on 3.10 at most. A version manager's shim answers by name alone and a distribution may leave
# out venv, so each candidate is asked to run.
suits() {
    "$1" -c 'import sys, venv, ensurepip, ssl, sqlite3; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1
}

candidates() {
    printf '%s\n' .venv/bin/python python3.10 python3 python
    for python in "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.10*/bin/python3.10; do
        printf '%s\n' "$python"
    done
    if command -v uv >/dev/null 2>&1; then
        uv python find --no-project 3.10 2>/dev/null || true
    fi
}

find_python() {
    candidates | while IFS= read -r python; do
        if suits "$python"; then
            printf '%s\n' "$python"
            break
        fi
    done
}

python=$(find_python)
if [ -z "$python" ] && command -v uv >/dev/null 2>&1; then
    echo "Installing Python 3.10 with uv" >&2
    uv python install 3.10 >&2 && python=$(find_python)
fi
if [ -z "$python" ]; then
    echo "Python 3.10 was not found (with its venv module): install it, for example with 'pyenv install 3.10'," \
        "'uv python install 3.10' or 'apt-get install python3.10-venv', then run this again." >&2
    exit 1
fi
if [ "${1:-}" = --print-python ]; then
    printf '%s\n' "$python"
    exit
fi
exec "$python" -m deploy.install
