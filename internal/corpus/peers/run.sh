#!/bin/sh
# Measures assay and the peers that PyPI has on the same generated data, in one
# run, and prints a table for docs/benchmarks.md.
set -eu
cd "$(dirname "$0")/../../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/assay/peers
sh internal/corpus/peers/install.sh "$cache"
CGO_ENABLED=0 go build -o "$cache/assay" ./cmd/assay
"$cache/bin/python" internal/corpus/faker/generate.py -n "${PEERS_N:-10}" --seed 7 >"$cache/data.jsonl"
"$cache/bin/python" internal/corpus/peers/peers.py "$cache/assay" "$cache/data.jsonl"
