#!/usr/bin/env bash
# Runs a command, and once more after ten seconds if it fails: for what comes over a network.
#
# usage: retry.sh COMMAND ...
set -uo pipefail
"$@" && exit
echo "Once more in ten seconds: $*" >&2
sleep 10
exec "$@"
