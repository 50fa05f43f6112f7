command -v chromium >/dev/null && exit 0
exec sh "$(dirname "$0")/../apt.sh" chromium
