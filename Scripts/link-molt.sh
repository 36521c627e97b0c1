#!/usr/bin/env bash
# Links the molt program with Swift's libraries and SQLite inside it, from objects that are built
# already.
#
# `swift build --static-swift-stdlib` would do the same, but compile everything a second time,
# because `swift test` cannot use what it leaves. Why SQLite: docs/decisions/0023-sqlite-inside-molt.md.
#
# usage: link-molt.sh BUILD_FOLDER OUTPUT
set -euo pipefail
build=$1
output=$2
mkdir -p "$(dirname "$output")"
# A folder with nothing but the archive: of a folder that has both, ld takes the shared library.
static=$(mktemp -d)
trap 'rm -r "$static"' EXIT
archive=$(clang -print-file-name=libsqlite3.a || true)
if [ -f "$archive" ]; then
  ln -s "$(realpath "$archive")" "$static"
else
  echo "libsqlite3.a is missing: molt calls the shared library, which takes a statement 10 % longer" >&2
fi
# SwiftPM names the program's entry after its module. The last two libraries belong to
# FoundationEssentials, which argument-parser imports. Nobody loads the program as a library, and
# the names of its functions are 2 MB. ld's warning about mktemp is Foundation's.
swiftc -emit-executable -static-stdlib -o "$output.unstripped" \
  "@$build/molt.product/Objects.LinkFileList" \
  -Xlinker --defsym=main=molt_main -Xlinker --gc-sections -Xlinker --no-export-dynamic \
  -L "$static" -lsqlite3 -l_FoundationCollections -l_FoundationCShims \
  2> >(grep -v 'mktemp' >&2)
strip -o "$output" "$output.unstripped"
rm "$output.unstripped"
