#!/usr/bin/env bash
# Builds every fuzzer of Fuzz/ with libFuzzer and AddressSanitizer and runs each for a while.
#
# A finding ends the script with the path of the input; corpora are kept in build/corpus.
#
# usage: fuzz.sh SECONDS [NAME ...]
set -euo pipefail
seconds=$1
shift
suites=${MOLT_SUITES:-../shared/suites}
scratch=.build-fuzz
export MOLT_FUZZ=1

# SwiftPM would take libFuzzer's main for its own executable's, and its linker drops the coverage
# counters; so it builds libraries, and swiftc links them.
build() {
  swift build -c release --scratch-path "$scratch" -Xswiftc -sanitize=fuzzer,address \
    --product "$1" | { grep -E 'error|warning' || true; }
  swiftc -sanitize=fuzzer,address -o "build/fuzz/$1" \
    "$scratch/release/$1.build"/*.o "$scratch/release/lib$1.a" \
    2>&1 | { grep -v 'Cannot export local symbol' || true; }
}

run() {
  local name=$1 seeds=()
  mkdir -p "build/corpus/$name"
  if [ "$name" = FuzzJSON ] && [ -d "$suites/json/parsing" ]; then
    seeds+=("$suites/json/parsing")
  fi
  echo "$name: $seconds s"
  "build/fuzz/$name" -max_total_time="$seconds" -verbosity=0 -print_final_stats=1 \
    -artifact_prefix="build/corpus/$name-" "build/corpus/$name" "${seeds[@]}" 2>&1 |
    { grep -E 'ERROR|Fatal|precondition|Test unit|number_of_executed_units|new_units_added' || true; }
}

names=("$@")
if [ ${#names[@]} -eq 0 ]; then
  for folder in Fuzz/*/; do names+=("$(basename "$folder")"); done
fi
mkdir -p build/fuzz
Scripts/resolve-packages.sh "$scratch"
for name in "${names[@]}"; do
  build "$name"
  run "$name"
done
