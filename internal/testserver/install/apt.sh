#!/bin/sh
# apt.sh PACKAGE...
#
# Installs Debian packages, quietly; where it cannot, prints what to install.
set -e
if ! command -v apt-get >/dev/null || [ "$(id -u)" != 0 ]; then
  echo "servers: please install: $* (these are Debian's package names; as root on Debian or Ubuntu: apt-get install $*)" >&2
  exit 1
fi

# A package starts its service unless policy-rc.d says otherwise; the tests
# start servers of their own.
if [ ! -e /usr/sbin/policy-rc.d ]; then
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
  chmod 755 /usr/sbin/policy-rc.d
  trap 'rm -f /usr/sbin/policy-rc.d' EXIT
fi

log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update -q && apt-get install -q -y --no-install-recommends "$@"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  rm -f "$log"
  echo "servers: could not install $*" >&2
  exit 1
fi
rm -f "$log"
