#!/bin/sh
# Makes a new chain when the volume is empty, then runs the hub. With arguments, runs `branchline` with them.
set -eu

data=/data

if [ $# -gt 0 ]; then exec branchline "$@"; fi

# A file system's own directory does not count.
if [ -z "$(find "$data" -mindepth 1 -maxdepth 1 ! -name lost+found)" ]; then
    echo "No chain in $data yet: making one."
    branchline hub init --data "$data" \
        --name "${BRANCHLINE_NAME:?the name of the chain}" \
        --address "${BRANCHLINE_ADDRESS:?the host, or host:port, at which branches reach this hub}" \
        --zone "${BRANCHLINE_ZONE:-Asia/Shanghai}" \
        --currency "${BRANCHLINE_CURRENCY:-CNY}" \
        --country "${BRANCHLINE_COUNTRY:-CN}"
fi

exec branchline hub run --data "$data" --host 0.0.0.0 --port 7443
