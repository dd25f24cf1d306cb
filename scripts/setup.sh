#!/bin/sh
# Makes .venv with the newest Python that works here and installs skycrane and its extras into it.
#
#   scripts/setup.sh [extras]             default extras: dev
#   PYTHON=/path/to/python scripts/setup.sh      use this one and no other
#
# A candidate must really start (a version manager's shim can exist and fail) and be able to make an environment. If the
# packages cannot be installed with it (no wheels for so new a Python), the next older one gets its turn.
set -u
cd "$(dirname "$0")/.." || exit 1

extras=${1:-dev}
newest=14 # 3.14: the newest that was tried
oldest=11
venv=.venv
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# Every place where a Python 3.$1 may be, best first. Patterns that match nothing are dropped by `works`.
places() {
    command -v "python3.$1"
    ls -d "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3."$1".*/bin/python3 \
        "${XDG_DATA_HOME:-$HOME/.local/share}"/uv/python/cpython-3."$1".*/bin/python3 \
        "${ASDF_DATA_DIR:-$HOME/.asdf}"/installs/python/3."$1".*/bin/python3 \
        "${MISE_DATA_DIR:-$HOME/.local/share/mise}"/installs/python/3."$1".*/bin/python3 2>/dev/null | sort -rV
    echo "/opt/homebrew/bin/python3.$1"
    echo "/usr/local/bin/python3.$1"
    echo "/usr/bin/python3.$1"
    for root in "${CONDA_PREFIX:-}" "$HOME"/miniforge3 "$HOME"/mambaforge "$HOME"/miniconda3 "$HOME"/anaconda3; do
        echo "$root/bin/python3.$1"
    done
    command -v python3
    command -v python
}

# Does it start, is it a 64-bit CPython of minor version $2 (any in range when empty), can it make an environment?
works() {
    [ -x "$1" ] && "$1" - "${2:-}" $oldest $newest 2>/dev/null <<'PY'
import ctypes, ensurepip, platform, ssl, sys, venv
minor, oldest, newest = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
fits = str(sys.version_info[1]) == minor if minor else sys.version_info[1] >= oldest
sys.exit(not (sys.version_info[0] == 3 and fits and sys.maxsize > 2**32 and platform.python_implementation() == "CPython"))
PY
}

install() {
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --prefer-binary \
        --editable ".[$extras]" >"$log" 2>&1
}

fail() {
    echo "skycrane: $1" >&2
    exit 1
}

# $1 python. 0: done. 1: this Python will not do. Stops when no other Python could do better.
build() {
    echo "Setting up $venv with $("$1" --version) ($1); the first time takes a few minutes."
    rm -rf "$venv"
    "$1" -m venv "$venv" >"$log" 2>&1 && install && return 0
    if grep -qE 'NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|No space left' "$log"; then
        tail -n 15 "$log" >&2
        fail "the packages could not be fetched (see above); check the network and the disk, then run the command again."
    fi
    return 1
}

done_with() {
    [ -f src/skycrane/experience/page/index.html ] ||
        echo "The web page could not be built (npm's packages could not be fetched); all else works. \`skycrane watch\` says how to build it."
    : >"$venv/.installed-$extras"
    exit 0
}

if [ -n "${PYTHON:-}" ]; then
    python=$(command -v "$PYTHON") && works "$python" ||
        fail "PYTHON=$PYTHON is not a 64-bit CPython 3.$oldest or newer that starts and has the modules venv, ensurepip and ssl."
    build "$python" && done_with
    tail -n 15 "$log" >&2
    fail "the packages could not be installed with $python (see above)."
fi

# An environment that is already there and works is kept and brought up to date.
if works "$venv/bin/python"; then
    echo "Updating $venv."
    install && done_with
    tail -n 15 "$log" >&2
    fail "the packages in $venv could not be updated (see above); remove $venv and run the command again."
fi

tried=
minor=$newest
IFS='
'
while [ "$minor" -ge "$oldest" ]; do
    for python in $(places "$minor"); do
        works "$python" "$minor" || continue
        build "$python" && done_with
        tried="$tried 3.$minor"
        break # another copy of the same version would fail in the same way
    done
    minor=$((minor - 1))
done

[ -z "$tried" ] || { tail -n 15 "$log" >&2; fail "the packages could not be installed with Python$tried (see above)."; }
fail "no working Python 3.$oldest to 3.$newest was found; install one (Debian and Ubuntu: apt install python3 python3-venv, \
macOS: brew install python@3.13, others: python.org or uv python install 3.13) and run the command again."
