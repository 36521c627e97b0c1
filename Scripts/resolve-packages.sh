#!/usr/bin/env bash
# Fetches the Swift packages that Package.swift names, and tries twice.
#
# usage: resolve-packages.sh BUILD_FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
"$here/retry.sh" swift package --scratch-path "$1" resolve 2>&1 |
  { grep -E 'error|warning|Once more' || true; }
