#!/bin/sh
# Measures how fast assay and its peers read the same bytes, in one run: MB per
# second of processor time, the tool's own start left out. Personal data in prose
# (Newton's Opticks, which comes with Go) against the peers of run.sh, secrets in
# Go source against gitleaks and detect-secrets where they are on the PATH:
#   go install github.com/zricethezav/gitleaks/v8@v8.30.1   (its former module path)
#   pip install detect-secrets==1.5.0
set -eu
cd "$(dirname "$0")/../../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/assay/peers
sh internal/corpus/peers/install.sh "$cache"
CGO_ENABLED=0 go build -o "$cache/assay" ./cmd/assay
CGO_ENABLED=0 go build -o "$cache/assay-secrets" ./cmd/assay-secrets
root=$(go env GOROOT)
"$cache/bin/python" -u internal/corpus/peers/speed.py "$cache" "$root/src/testdata/Isaac.Newton-Opticks.txt" "$root/src/net"
