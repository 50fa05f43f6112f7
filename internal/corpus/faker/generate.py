"""Writes labelled data made by PyPI Faker, one JSON object a line.

A third generator, independent of package corpus: single values, texts and
tables, with the kinds of package corpus. Its locales are another's data; its
texts and tables are written here.
"""

import argparse
import json
import random
import re

from faker import Faker

LOCALES = [
    "en_US", "en_GB", "en_CA", "en_AU", "en_IE", "en_IN", "en_NZ", "de_DE", "de_AT", "de_CH", "fr_FR", "fr_BE", "fr_CA",
    "fr_CH", "es_ES", "es_MX", "es_AR", "es_CL", "es_CO", "it_IT", "nl_NL", "nl_BE", "pl_PL", "pt_PT", "pt_BR", "cs_CZ",
    "sk_SK", "sv_SE", "no_NO", "da_DK", "fi_FI", "hu_HU", "hr_HR", "ro_RO", "bg_BG", "el_GR", "tr_TR", "ru_RU", "uk_UA",
    "lt_LT", "lv_LV", "et_EE", "sl_SI", "he_IL", "ar_SA", "fa_IR", "hi_IN", "ja_JP", "zh_CN", "zh_TW", "ko_KR", "th_TH",
    "vi_VN", "id_ID",
]

# National numbers whose locale makes them with the check of their country.
NUMBERS = {
    "us_ssn": ("en_US", "ssn"), "us_itin": ("en_US", "itin"), "ca_sin": ("en_CA", "ssn"),
    "es_dni": ("es_ES", "nif"), "es_nie": ("es_ES", "nie"), "it_cf": ("it_IT", "ssn"), "fi_hetu": ("fi_FI", "ssn"),
    "br_cpf": ("pt_BR", "cpf"), "br_cnpj": ("pt_BR", "cnpj"), "se_pn": ("sv_SE", "ssn"), "cz_rc": ("cs_CZ", "birth_number"),
    "ch_ahv": ("de_CH", "ssn"), "kr_rrn": ("ko_KR", "ssn"), "tw_id": ("zh_TW", "ssn"),
    "cn_id": ("zh_CN", "ssn"), "mx_curp": ("es_MX", "curp"), "cl_rut": ("es_CL", "rut"),
}

TEXTS = [
    "Hi, my name is {name} and I want to change my phone number to {phone}.",
    "Please send the invoice to {email}, my card {card} was charged twice.",
    "{name} lives at {address_line} and can be reached at {phone}.",
    "Ship it to {name}, {address_line}. Thanks!",
    "Patient {name}, born on {birthdate}, was admitted yesterday.",
    "Wire the money to {iban} (BIC {bic}), account holder {name}.",
    "Login failed for {email} from {ipv4}",
    "{given_name} asked whether the meeting at {company} could be moved to Friday.",
    "The package for {name} was returned, new address: {address_line}",
    "my ssn is {us_ssn} and dob {birthdate}",
    "Could you call me back on {phone}? Regards, {name}",
    "{name} <{email}> wrote: thanks for the update on ticket 48213.",
    "Server {ipv4} refused the connection from {ipv6} (interface {mac}).",
    "We met Mr. {family_name} in {city_name} and he gave us {email} as his contact.",
    "Order 100{int6} of 3 items for {price} was shipped on {day}, tracking {tracking}.",
    "The build {sha1} of version {version} failed after 34.512 seconds.",
    "{company} announced that {name} will lead the team in {city_name}.",
    "Age: {age}. Emergency contact: {name}, {phone}.",
    "DOB: {birthdate}\nName: {name}\nAddress: {address_line}\nPhone: {phone}\nEmail: {email}",
    "Send {btc} 0.5 BTC or {eth} some ether.",
]

TABLES = {
    "people": "id:auto first_name:given_name last_name:family_name email:email phone:phone birth_date:dob street:street "
              "city:city zip:postcode country:country created_at:timestamp is_active:bool",
    "orders": "order_id:auto customer_id:fk customer_name:name ship_address:street ship_city:city order_date:day "
              "freight:price_plain status:status tracking_number:tracking notes:sentence",
    "employees": "emp_no:auto fname:given_name lname:family_name hire_date:day job:job_title salary:salary ssn:ssn "
                 "office:company extension:int",
    "logins": "id:auto user_name:username ip:ipv4 user_agent:user_agent mac:mac token:sha256 last_seen:epoch app_version:version",
    "payments": "id:uuid holder:name card:card iban:iban amount:price_plain currency:currency paid_at:timestamp reference:order_number",
    "products": "sku:sku title:product description:sentence price:price_plain weight:float ean:ean brand:company colour:colour_hex",
    "hard": "name:company title:product label:job_title f1:company f2:product f3:job_title f4:city_name f5:slug serial:num9 ref:num10 "
            "code:num11 batch:num12 ticket:num8 number:num16 group:num3_3_3 part:num4_4_4 lot:num6_4 key:letters member:company contact:company "
            "head:sentence place:city_name value:float stamp:epoch phase:version mark:colour_hex owner:product",
    "anonymous": "c1:name c2:email c3:phone c4:address c5:uuid c6:price_plain c7:company c8:timestamp",
}


# Sentences of other locales are words at random, unlike any text.
ENGLISH = Faker("en_US")


def line(text):
    return re.sub(r"\s*\n\s*", ", ", text)


def kinds_of(f, locale):
    """The makers of a locale by kind."""
    pick = random.choice
    get = lambda name: getattr(f, name) if hasattr(f, name) else None
    makers = {
        "name": f.name,
        "given_name": f.first_name, "family_name": f.last_name, "email": lambda: pick([f.email, f.free_email, f.company_email])(),
        "phone": f.phone_number, "address": f.address, "address_line": lambda: line(f.address()),
        "street": get("street_address"), "city": get("city"), "city_name": get("city"), "postcode": get("postcode"),
        "country": f.country, "username": f.user_name, "company": f.company, "job_title": f.job, "ssn": f.ssn,
        "sentence": ENGLISH.sentence, "ipv4": f.ipv4_public, "ipv6": f.ipv6, "mac": f.mac_address, "card": f.credit_card_number,
        "iban": f.iban, "bic": f.swift, "uuid": f.uuid4, "md5": f.md5, "sha1": f.sha1, "sha256": f.sha256,
        "user_agent": f.user_agent, "plain_url": f.url, "file_name": f.file_name, "path": f.file_path, "isbn": f.isbn13,
        "ean": f.ean13, "colour_hex": f.hex_color, "slug": f.slug, "currency": f.currency_code,
        "birthdate": lambda: f.date_of_birth(minimum_age=18, maximum_age=90).strftime(pick(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%B %d, %Y"])),
        "dob": lambda: f.date_of_birth(minimum_age=18, maximum_age=90).isoformat(),
        "timestamp": lambda: f.date_time_between("-5y").strftime("%Y-%m-%d %H:%M:%S"), "day": lambda: f.date_between("-5y").isoformat(),
        "epoch": lambda: str(int(f.date_time_between("-5y").timestamp())), "bool": lambda: pick("01"),
        "version": lambda: f"{random.randint(0, 20)}.{random.randint(0, 40)}.{random.randint(0, 60)}",
        "price": lambda: f"${random.randint(1, 4000)}.{random.randint(0, 99):02}",
        "price_plain": lambda: f"{random.randint(1, 4000)}.{random.randint(0, 99):02}", "salary": lambda: str(random.randint(20, 200) * 1000),
        "float": lambda: str(round(random.random() * 500, 3)), "int": lambda: str(random.randint(0, 9999)), "fk": lambda: str(random.randint(1, 900)),
        "int6": lambda: f"{random.randint(0, 999999):06}", "age": lambda: str(random.randint(18, 90)), "status": lambda: pick(["open", "paid", "shipped", "void"]),
        "tracking": lambda: "1Z" + f.bothify("?#?#?###########").upper(), "order_number": lambda: f.bothify("ORD-######"), "sku": lambda: f.bothify("??-####-??").upper(),
        "product": lambda: " ".join(f.words(2)).title(), "eth": lambda: "0x" + f.hexify("^" * 40),
        "letters": lambda: f.bothify("??#######").upper(), "num3_3_3": lambda: f.numerify("### ### ###"), "num4_4_4": lambda: f.numerify("%### #### ####"),
        "num6_4": lambda: f.numerify("######-####"), **{f"num{n}": (lambda n=n: f.numerify("%" + "#" * (n - 1))) for n in (8, 9, 10, 11, 12, 16)},
        "coordinates": lambda: f"{f.latitude()}, {f.longitude()}",
    }
    return {kind: make for kind, make in makers.items() if make}


OPTIONAL = {"int6", "price", "day", "tracking", "sha1", "version", "company", "city_name"}


def fill(template, makers):
    text, spans = "", []
    for part in re.split(r"(\{\w+\})", template):
        if not part.startswith("{"):
            text += part
            continue
        kind = part[1:-1]
        if kind not in makers:
            return None
        value = makers[kind]()
        start = len(text.encode())
        text += value
        kind = {"address_line": "address"}.get(kind, kind)
        if kind not in OPTIONAL or kind in ("company", "city_name"):
            spans.append({"kind": kind, "start": start, "end": len(text.encode())})
    return {"language": "en", "template": template[:24], "text": text, "spans": spans}


VALUES = ["name", "email", "phone", "address"]
WORLD = ["card", "iban", "bic", "ipv4", "ipv6", "mac", "eth", "uuid", "md5", "sha1", "sha256", "user_agent", "plain_url", "file_name", "path",
         "isbn", "ean", "colour_hex", "slug", "timestamp", "epoch", "version", "price", "sentence", "company", "job_title",
         "tracking", "order_number", "sku", "product", "coordinates"]
ALIAS = {"dob": "birthdate"}
IDS = {locale: kind for kind, (locale, method) in NUMBERS.items() if method == "ssn"}


def table(name, shape, makers, locale, rows):
    columns = []
    for column in shape.split():
        title, kind = column.split(":")
        if kind == "ssn":
            kind, make = IDS.get(locale), makers["ssn"]
            if not kind:
                continue
        elif kind == "auto":
            serial = iter(range(random.randint(1, 5000), 10**7))
            make = lambda: str(next(serial))
        elif kind in makers:
            make = makers[kind]
        else:
            continue
        columns.append({"name": title, "type": "", "kinds": [ALIAS.get(kind, kind)], "values": [str(make()) for _ in range(rows)]})
    return {"schema": "faker", "name": name + "_" + locale, "locale": locale, "columns": columns}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=20, help="values of each kind and locale")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--locales", default="", help="only these, with commas between them")
    options = parser.parse_args()
    random.seed(options.seed)
    Faker.seed(options.seed)
    show = lambda piece: print(json.dumps(piece, ensure_ascii=False))
    locales = options.locales.split(",") if options.locales else LOCALES
    for locale in locales:
        makers = kinds_of(Faker(locale), locale)
        for kind in VALUES + (WORLD if locale in ("en_US", "en_GB") else []):
            for _ in range(options.n):
                show({"kind": kind, "locale": locale, "text": makers[kind]()})
        if locale.startswith("en"):
            numbers = {kind: getattr(Faker(of), method) for kind, (of, method) in NUMBERS.items()}
            for template in TEXTS * max(1, options.n // 10):
                if piece := fill(template, makers | numbers):
                    show(piece)
        for name, shape in TABLES.items():
            show(table(name, shape, makers, locale, 60))
    for kind, (locale, method) in NUMBERS.items():
        if locale in locales:
            make = getattr(Faker(locale), method)
            for _ in range(options.n):
                show({"kind": kind, "locale": locale, "text": make()})


if __name__ == "__main__":
    main()
