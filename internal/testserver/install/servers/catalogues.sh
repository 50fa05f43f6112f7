# The client libraries of DataHub and OpenLineage, which exports are held against:
# see catalogues.go.
set -e
venv=$ASSAY_TEST_CACHE/catalogues-1
[ -e "$venv/complete" ] && exit 0
rm -rf "$venv"
if ! python3 -m venv "$venv" >/dev/null 2>&1; then
  rm -rf "$venv"
  sh "$(dirname "$0")/../apt.sh" python3-venv
  python3 -m venv "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check acryl-datahub==1.7.0.17 openlineage-python==1.54.0
touch "$venv/complete"
