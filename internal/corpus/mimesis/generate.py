"""Writes labelled single values made by PyPI mimesis, one JSON object a line.

A second generator, independent of package corpus: what was tuned on one is
measured on the other. The kinds are those of package corpus. Phones and Bitcoin
addresses are left out: mimesis makes them of random digits, few of them valid.
"""

import argparse
import json
import random

from mimesis import Address, Code, Cryptographic, Development, Finance, Internet, Payment, Person, Text
from mimesis.locales import Locale

LOCALES = [
    "en", "en-gb", "en-ca", "en-au", "de", "de-at", "de-ch", "fr", "es", "es-mx", "it", "nl", "nl-be", "pl", "pt",
    "pt-br", "cs", "sk", "sv", "no", "da", "fi", "et", "hu", "hr", "is", "tr", "el", "ru", "uk", "kk", "fa", "ja", "zh", "ko",
]


def make_local(locale, seed):
    seed = f"{seed} {locale}"
    person, address = Person(Locale(locale), seed=seed), Address(Locale(locale), seed=seed)
    yield "name", person.full_name
    yield "email", person.email
    yield "address", lambda: f"{address.address()}, {address.zip_code()} {address.city()}"


def make_world(seed):
    payment, code, internet = Payment(seed=seed), Code(seed=seed), Internet(seed=seed)
    crypto, finance = Cryptographic(seed=seed), Finance(seed=seed)
    text, development = Text(seed=seed), Development(seed=seed)
    yield "card", payment.credit_card_number
    yield "ipv4", internet.ip_v4
    yield "ipv6", internet.ip_v6
    yield "mac", internet.mac_address
    yield "imei", code.imei
    yield "eth", payment.ethereum_address
    yield "uuid", crypto.uuid
    yield "sha256", crypto.hash
    yield "isbn", code.isbn
    yield "ean", code.ean
    yield "user_agent", internet.user_agent
    yield "plain_url", internet.url
    yield "version", development.version
    yield "sentence", text.sentence
    yield "company", finance.company
    yield "price", lambda: str(finance.price())


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=40, help="values of each kind and locale")
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    random.seed(options.seed)
    for locale in LOCALES:
        for kind, make in make_local(locale, options.seed):
            for _ in range(options.n):
                print(json.dumps({"kind": kind, "locale": locale, "text": make()}, ensure_ascii=False))
    for kind, make in make_world(options.seed):
        for _ in range(5 * options.n):
            print(json.dumps({"kind": kind, "text": make()}, ensure_ascii=False))


if __name__ == "__main__":
    main()
