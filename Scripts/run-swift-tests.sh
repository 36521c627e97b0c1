#!/usr/bin/env bash
# Runs the Swift tests in the configuration of the products: without testable imports, so that what
# is compiled here serves the products too.
#
# Shows what failed, what was skipped and the count; the whole output is in build/swift-tests.log.
# Where CI is set, a skipped test fails the run: everything that it needs is there.
#
# usage: run-swift-tests.sh BUILD_FOLDER
set -euo pipefail
mkdir -p build
log=build/swift-tests.log
echo "Swift tests -> $log"
status=0
swift test -c release --scratch-path "$1" --disable-testable-imports >"$log" 2>&1 || status=$?
if [ "$status" -ne 0 ]; then
  grep -vE '^◇|^✔ Test |^✔ Suite |Compiling|Working copy|Fetch|Comput|Creating' "$log" | tail -n 80
fi
# Right behind the name, which may itself end with the word.
skipped=$(grep -E '^. (Test|Suite) ("[^"]*"|[^ "]+) skipped' "$log" || true)
if [ -n "$skipped" ]; then printf '%s\n' "$skipped"; fi
if [ "$status" -eq 0 ]; then grep -E 'Test run with' "$log"; fi
if [ "$status" -eq 0 ] && [ -n "$skipped" ] && [ -n "${CI:-}" ]; then
  echo "CI is set, and the tests above were skipped: give them what they name." >&2
  status=1
fi
exit "$status"
