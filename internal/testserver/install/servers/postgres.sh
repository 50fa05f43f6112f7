for program in /usr/lib/postgresql/*/bin/postgres; do [ -x "$program" ] && exit 0; done
command -v postgres >/dev/null && exit 0
exec sh "$(dirname "$0")/../apt.sh" postgresql
