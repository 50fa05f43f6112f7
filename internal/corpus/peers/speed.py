"""Prints how many MB assay and its peers read in a second of processor time."""

import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

import peers

REPEATS = 20  # of the text for assay, which would be done too soon
PARAGRAPHS = 100_000  # bytes of prose for the peers, which take long


def children(command, **kwargs):
    """Runs a command and returns the processor seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **kwargs)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def best(call, times=3):
    return min(call() for _ in range(times))


def row(name, size, seconds):
    print(f"| {name} | {size / 1e6:.2f} | {seconds:.2f} | {size / 1e6 / max(seconds, 1e-3):.3g} |")


def prose(program, text):
    paragraphs = [p for p in text.split("\n\n") if p.strip()]
    lines = "".join(json.dumps({"id": str(i), "text": p}) + "\n" for i, p in enumerate(paragraphs))
    start = best(lambda: children([program, "inspect"], input=b'{"id":"0","text":"x"}\n'))
    spent = best(lambda: children([program, "inspect"], input=lines.encode() * REPEATS))
    row("assay inspect", REPEATS * sum(map(len, paragraphs)), spent - start)
    few, size = [], 0
    for p in paragraphs:
        if size < PARAGRAPHS:
            few.append(p)
            size += len(p)
    for make in (peers.Presidio, peers.Scrubadub, peers.DataFog):
        try:
            tool = make()
        except ImportError:
            print(f"| {make.name} | not installed | | |")
            continue
        tool.run(few[:3])
        began = time.process_time()
        tool.run(few)
        row(tool.name, size, time.process_time() - began)


def secrets(program, source):
    with tempfile.TemporaryDirectory() as folder:
        empty, full = os.path.join(folder, "empty"), os.path.join(folder, "full")
        os.mkdir(empty)
        for file in pathlib.Path(source).rglob("*.go"):
            target = pathlib.Path(full, file.relative_to(source))
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
        size = sum(f.stat().st_size for f in pathlib.Path(full).rglob("*.go"))
        tools = {
            "assay-secrets": [program, "scan", "--no-path-filter", "--format", "jsonl", "."],
            "gitleaks": ["gitleaks", "dir", "--no-banner", "."],
            "detect-secrets": ["detect-secrets", "scan", "--all-files", "."],
        }
        for name, command in tools.items():
            if not shutil.which(command[0]):
                print(f"| {name} | not installed | | |")
                continue
            start = best(lambda: children(command, cwd=empty))
            row(name, size, best(lambda: children(command, cwd=full), 1 if start > 1 else 3) - start)


def main():
    folder, text, source = sys.argv[1:]
    print("| tool | MB | s of processor time | MB/s |\n|---|---|---|---|")
    prose(os.path.join(folder, "assay"), pathlib.Path(text).read_text(errors="replace"))
    secrets(os.path.join(folder, "assay-secrets"), source)


main()
