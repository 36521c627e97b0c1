#!/usr/bin/env bash
# Runs the Swift tests in the configuration of the products: without testable imports, so that what
# is compiled here serves the products too.
#
# usage: run-swift-tests.sh BUILD_FOLDER
set -euo pipefail
swift test -c release --scratch-path "$1" --disable-testable-imports --quiet
