#!/bin/sh
# Installs the real servers that the tests use: `make servers`. Each script in
# servers/ sees to one server: it does nothing when the server is there,
# installs it when it can, and otherwise prints what to install. The tests of a
# server that is missing are skipped, so this goes on to the next one.
#
# The scripts find the folder for what they download in ASSAY_TEST_CACHE, and
# leave Debian packages to apt.sh.
here=$(cd "$(dirname "$0")" && pwd)

# The same folder as cacheDir in server.go.
case $(uname) in
Darwin) base=$HOME/Library/Caches ;;
*) base=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}} ;;
esac
export ASSAY_TEST_CACHE="${base:-/tmp}/assay-test"
mkdir -p "$ASSAY_TEST_CACHE"

for script in "$here"/servers/*.sh; do
  name=$(basename "$script" .sh)
  if sh "$script"; then
    echo "servers: $name is installed"
  else
    echo "servers: $name is missing: its tests will be skipped, and fail where CI is set" >&2
  fi
done
