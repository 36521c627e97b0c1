#!/usr/bin/env bash
# Links the molt program with Swift's libraries inside it, from objects that are built already.
#
# `swift build --static-swift-stdlib` would do the same, but compile everything a second time,
# because `swift test` cannot use what it leaves.
#
# usage: link-molt.sh BUILD_FOLDER OUTPUT
set -euo pipefail
build=$1
output=$2
mkdir -p "$(dirname "$output")"
# SwiftPM names the program's entry after its module. The last two libraries belong to
# FoundationEssentials, which argument-parser imports. ld's warning about mktemp is Foundation's.
swiftc -emit-executable -static-stdlib -o "$output.unstripped" \
  "@$build/molt.product/Objects.LinkFileList" \
  -Xlinker --defsym=main=molt_main -Xlinker --gc-sections \
  -lsqlite3 -l_FoundationCollections -l_FoundationCShims \
  2> >(grep -v 'mktemp' >&2)
strip -o "$output" "$output.unstripped"
rm "$output.unstripped"
