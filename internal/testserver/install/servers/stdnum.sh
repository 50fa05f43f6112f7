# python-stdnum, which the checks of national identifiers are held against: see
# stdnum.go.
set -e
venv=$ASSAY_TEST_CACHE/stdnum-2.2
[ -e "$venv/complete" ] && exit 0
rm -rf "$venv"
if ! python3 -m venv "$venv" >/dev/null 2>&1; then
  rm -rf "$venv"
  sh "$(dirname "$0")/../apt.sh" python3-venv
  python3 -m venv "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps python-stdnum==2.2
touch "$venv/complete"
