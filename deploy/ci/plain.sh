#!/bin/sh
# Checks a range of commits for secrets, on any CI system: plain.sh A..B. It ends
# with 0 when the push is clean, 1 when it adds a secret, and 3 when it could not
# all be examined; whatever is not 0 must stop the push.
set -eu
exec assay-secrets ci --range "$1"
