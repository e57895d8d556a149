#!/bin/sh
# Install, update or remove Stenobot as a systemd service. Run it again at any time: it makes the system match this
# checkout, and a failure before the switch leaves the running version as it was.
#   systemd/install.sh                         install or update, then start
#   systemd/install.sh --uninstall [--purge]   remove it; --purge removes data, settings and the user too
#   --dry-run                                  only print what would be done
#   DESTDIR=/some/dir                          place the files there; no accounts, packages or services
set -eu
umask 022
# The service cannot see an interpreter in someone's home.
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
cd "$(dirname "$0")/.."

dest=${DESTDIR:-}
app=$dest/opt/stenobot
etc=$dest/etc/stenobot
unit=$dest/etc/systemd/system/stenobot.service
action=install purge='' dry=''

say() { echo "stenobot: $*"; }
die() { say "$*" >&2; exit 1; }

# Do a step that touches files only; under --dry-run, print it.
files() {
    if [ -n "$dry" ]; then echo "+ $*"; else "$@"; fi
}

# Do a step that touches the running system; under DESTDIR, leave it out.
system() { [ -n "$dest" ] || files "$@"; }

# Give the new version every file of the checkout but what a person or a task has made in it.
copy_code() {
    tar -c --exclude=./.git --exclude=./.venv --exclude=./.env --exclude=./var --exclude=__pycache__ --exclude='./.*_cache' . |
        tar -x --no-same-owner -C "$app.new"
}

# Say a .env in systemd's words: no `export`, no comment after a value, no empty values, no paths of the checkout.
settings_from() {
    sed -nE -e 's/^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*/\2=/' \
        -e "s/^([^=]+=(\"[^\"]*\"|'[^']*')).*$/\1/" -e "/=[\"']/!s/(^|[[:space:]]+|=)#.*$/\1/" -e 's/[[:space:]]+$//' \
        -e "/^(DATA_DIR|MODELS_DIR|LOG_FILE)=/d" -e "/^[A-Za-z_][A-Za-z0-9_]*=./p" "$1"
}

write_settings() {
    umask 027
    if [ -f .env ]; then settings_from .env; else echo "BOT_TOKEN="; fi >"$etc/stenobot.env"
    umask 022
}

# Whether there is something to run: the bot, the API, or both.
is_configured() { grep -Eqs "^(BOT_TOKEN|API_PORT)=[\"']?[^\"']" "$etc/stenobot.env"; }

# Fetch the model as the service would: same user, same settings.
fetch_model() {
    systemd-run --quiet --wait --pipe --collect -p User=stenobot -p Group=stenobot -p StateDirectory=stenobot \
        -p CacheDirectory=stenobot -p EnvironmentFile=/etc/stenobot/stenobot.env -p WorkingDirectory="$app.new" \
        -E HOME=/var/lib/stenobot -E XDG_CACHE_HOME=/var/cache/stenobot \
        -E DATA_DIR=/var/lib/stenobot -E MODELS_DIR=/var/lib/stenobot/models \
        "$app.new/.venv/bin/python" run_bot.py --fetch-model
}

# Everything that can fail for want of a network happens beside the running version.
prepare() {
    files rm -rf "$app.new"
    files mkdir -p "$app.new" "$etc" "$(dirname "$unit")"
    files copy_code
    system "$app.new/scripts/setup.sh" runtime ffmpeg
    [ -e "$etc/stenobot.env" ] || files write_settings
    id stenobot >/dev/null 2>&1 ||
        system useradd --system --user-group --home-dir /var/lib/stenobot --shell /usr/sbin/nologin stenobot
    system chown root:stenobot "$etc/stenobot.env"
    files chmod 0640 "$etc/stenobot.env"
    system fetch_model || { system "$app.new/scripts/setup.sh" models && system fetch_model; }
}

switch() {
    system systemctl stop stenobot 2>/dev/null || true
    files rm -rf "$app.old"
    [ ! -e "$app" ] || files mv "$app" "$app.old"
    files mv "$app.new" "$app"
    files install -m 0644 systemd/stenobot.service "$unit"
    system systemctl daemon-reload
    files rm -rf "$app.old"
    system systemctl enable --quiet stenobot
}

install_service() {
    prepare
    switch
    if [ -z "$dry" ] && ! is_configured; then
        say "put the bot's token, or API_PORT, into $etc/stenobot.env, then run: systemctl start stenobot"
        return
    fi
    system systemctl start stenobot
    say "installed; logs: journalctl -u stenobot -f"
}

uninstall_service() {
    system systemctl disable --now stenobot 2>/dev/null || true
    files rm -rf "$unit" "$app" "$app.new" "$app.old"
    system systemctl daemon-reload
    if [ -n "$purge" ]; then
        files rm -rf "$etc" "$dest/var/lib/stenobot" "$dest/var/cache/stenobot"
        ! id stenobot >/dev/null 2>&1 || system userdel stenobot
        say "removed, with its data and settings"
    else
        say "removed; settings stay in $etc, data in $dest/var/lib/stenobot (--purge removes them too)"
    fi
}

for option in "$@"; do
    case $option in
        --uninstall) action=uninstall ;;
        --purge) purge=1 ;;
        --dry-run) dry=1 ;;
        *) die "unknown option '$option'" ;;
    esac
done

if [ -z "$dest$dry" ]; then
    command -v systemctl >/dev/null || die "this system has no systemd; use 'make run' under your own supervisor."
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || die "this needs root; run it again as root."
        exec sudo "systemd/$(basename "$0")" "$@"
    fi
fi
"${action}_service"
