"""Answers whether numbers are valid by python-stdnum.

Each line of the input is a JSON object {"module": "br.cpf", "numbers": [...]},
each line of the output a JSON array of booleans in the same order. Words after
the module name options of its function that are to be true.
"""
import importlib
import json
import sys


def is_valid(module, number, options):
    try:
        return module.is_valid(number, **options)
    except Exception:  # some modules stumble over what is no number
        return False


for line in sys.stdin:
    question = json.loads(line)
    name, *options = question['module'].split()
    module = importlib.import_module('stdnum.' + name)
    options = dict.fromkeys(options, True)
    print(json.dumps([is_valid(module, n, options) for n in question['numbers']]), flush=True)
