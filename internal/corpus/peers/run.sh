#!/bin/sh
# Measures assay and the peers that PyPI has on the same generated data, in one
# run, and prints a table for docs/benchmarks.md.
set -eu
cd "$(dirname "$0")/../../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/assay/peers
sh internal/corpus/peers/install.sh "$cache"
if [ ! -x "$cache/dataprofiler/bin/python" ]; then # apart: its TensorFlow is choosy
	python3 -m venv "$cache/dataprofiler"
	"$cache/dataprofiler/bin/pip" install -q 'dataprofiler[ml]==0.14.0' 'setuptools<81' || rm -r "$cache/dataprofiler"
fi
CGO_ENABLED=0 go build -o "$cache/assay" ./cmd/assay
"$cache/bin/python" internal/corpus/faker/generate.py -n "${PEERS_N:-10}" --seed 7 >"$cache/data.jsonl"
"$cache/bin/python" internal/corpus/peers/peers.py "$cache/assay" "$cache/data.jsonl"
