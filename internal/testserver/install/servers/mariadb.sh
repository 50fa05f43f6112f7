PATH=$PATH:/usr/sbin:/usr/local/sbin
command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null && exit 0
exec sh "$(dirname "$0")/../apt.sh" mariadb-server
