#!/usr/bin/env bash
# Links libmolt.so: one self-contained file that exports molt_* only. SQLite stays a dynamic
# dependency on purpose (docs/decisions/0002-one-sqlite.md).
#
# usage: link-libmolt.sh BUILD_FOLDER OUTPUT
set -euo pipefail
build=$1
output=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$(dirname "$output")"
# MoltCABI's own objects are the roots; what they do not reach is left out.
swiftc -emit-library -static-stdlib -o "$output.unstripped" \
  "$build"/MoltCABI.build/*.o "$build/libMoltCABI.a" \
  -Xlinker --version-script="$here/libmolt.map" -Xlinker --gc-sections \
  -Xlinker -soname=libmolt.so -lsqlite3 -lz
# Tasks, actors and Swift's clocks need its concurrency runtime, which every process would load.
if nm "$output.unstripped" | grep ' [tT] swift_task_' >/dev/null; then
  echo "$output has Swift's concurrency runtime in it: something uses a task, an actor or a clock" >&2
  exit 1
fi
strip --strip-unneeded -o "$output" "$output.unstripped"
rm "$output.unstripped"
