# moto, the S3, STS and IAM of the tests: see moto.go and moto/serve.py, which
# patches this very version. Each package is named with its version and without
# what it depends on: moto asks for more than these services need.
set -e
venv=$ASSAY_TEST_CACHE/moto-5.2.5
[ -e "$venv/complete" ] && exit 0
rm -rf "$venv"
if ! python3 -m venv "$venv" >/dev/null 2>&1; then
  rm -rf "$venv"
  sh "$(dirname "$0")/../apt.sh" python3-venv
  python3 -m venv "$venv"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps moto==5.2.5 \
  blinker==1.9.0 boto3==1.44.5 botocore==1.44.5 certifi==2026.10.18 cffi==2.1.1 \
  charset-normalizer==3.5.2 click==8.5.1 cryptography==50.0.2 Flask==3.1.3 flask-cors==6.0.5 \
  idna==3.20 itsdangerous==2.2.0 Jinja2==3.1.6 jmespath==1.1.0 MarkupSafe==3.0.4 \
  py-partiql-parser==0.6.3 pycparser==3.12 python-dateutil==2.9.0.post0 PyYAML==6.0.3 \
  requests==2.34.2 responses==0.26.3 s3transfer==0.19.3 six==1.17.0 urllib3==2.8.0 \
  Werkzeug==3.1.9 wrapt==2.5.2 xmltodict==1.0.4
touch "$venv/complete"
