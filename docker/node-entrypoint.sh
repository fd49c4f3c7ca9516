#!/bin/sh
# Joins the chain with an invitation when this volume has not joined yet, then runs the node. With arguments, runs
# `branchline` with them.
set -eu

data=/data
# An invitation is good for one time, so what it was used for has to be remembered beside the key that it certified.
joined=$data/joined-by-container

if [ $# -gt 0 ]; then exec branchline "$@"; fi

if [ ! -e "$joined" ]; then
    if [ -n "${BRANCHLINE_INVITATION:-}" ]; then
        echo "Joining the chain with the invitation."
        branchline node join "$BRANCHLINE_INVITATION" --data "$data"
        touch "$joined"
    elif [ -z "$(find "$data" -mindepth 1 -maxdepth 1 ! -name lost+found)" ]; then
        echo "This branch has not joined, and BRANCHLINE_INVITATION is empty." >&2
        echo "On the hub, run: branchline hub invite --data /data --branch NUMBER --name NAME" >&2
        exit 1
    fi
fi

exec branchline node run --data "$data" --till-port 8080
