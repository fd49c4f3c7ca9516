# shellcheck shell=bash
# Shared by the scripts in this directory: what the machine has to have, and saying what is going on.
# Sourced, not run. Exit code 2 means that the machine lacks something, 1 that a step failed.

# shellcheck disable=SC2034  # read by the scripts that source this
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
swift_major_min=6
swift_minor_min=3

say() { printf '==> %s\n' "$*"; }

lack() {
    printf 'error: %s\n' "$@" >&2
    exit 2
}

# need_packages NAME... — Debian's packages. Installs those that are missing, and touches nothing otherwise.
need_packages() {
    if ! command -v apt-get >/dev/null; then
        say "No apt-get here, so nothing is checked or installed. Needed are the development files of SQLite 3," \
            "OpenSSL 3 and zlib, the commands openssl and sqlite3, and a C compiler (on Debian: $*)."
        return
    fi
    local missing=() name
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    if ((${#missing[@]} > 0)); then install_packages "${missing[@]}"; fi
}

is_installed() {
    [[ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" == installed ]]
}

install_packages() {
    local as_root=()
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null; then ask_for_packages "$@"; fi
        as_root=(sudo)
    fi
    say "Installing with apt-get: $*"
    "${as_root[@]}" apt-get update -q || ask_for_packages "$@"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" ||
        ask_for_packages "$@"
}

ask_for_packages() {
    lack "These packages are missing and could not be installed from here: $*" \
        "As root, run: apt-get update && apt-get install -y $*"
}

# Puts a Swift that is new enough first on PATH, or says where to get one.
need_swift() {
    local directory found
    for directory in "" /opt/swift/usr/bin /usr/local/swift/usr/bin /usr/share/swift/usr/bin \
        "${SWIFTLY_BIN_DIR:-${HOME:-}/.local/share/swiftly/bin}" "${HOME:-}/.swiftly/bin" "${HOME:-}/swift/usr/bin"; do
        if is_new_enough "${directory:+$directory/}swift"; then
            if [[ -n "$directory" ]]; then PATH="$directory:$PATH"; fi
            export PATH
            say "Using $(command -v swift), Swift $(swift_version swift)"
            return
        fi
    done
    found="$(swift_version swift)"
    lack "Swift $swift_major_min.$swift_minor_min or newer is needed: see swift.org/install" \
        "Found here: ${found:-no swift at all}. If one is installed elsewhere, put its directory on PATH."
}

# swift_version COMMAND — prints `6.3`, or nothing.
swift_version() {
    command -v "$1" >/dev/null || return 0
    "$1" --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p' || true
}

is_new_enough() {
    local version major minor
    version="$(swift_version "$1")"
    [[ "$version" == *.* ]] || return 1
    major="${version%%.*}"
    minor="${version#*.}"
    ((major > swift_major_min || (major == swift_major_min && minor >= swift_minor_min)))
}
