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
strip --strip-unneeded -o "$output" "$output.unstripped"
rm "$output.unstripped"
