#!/usr/bin/env bash
# Runs the Swift tests in the configuration of the products.
#
# usage: run-swift-tests.sh BUILD_FOLDER
set -euo pipefail
swift test -c release --scratch-path "$1" --quiet
