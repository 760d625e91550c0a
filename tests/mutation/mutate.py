#!/usr/bin/env python3
"""Changes one comparison, constant or connective of domain/ at a time, and sees whether the tests of domain/ notice.

usage: mutate.py [--build DIR] [--jobs N] [--sample N] [--seed N] [FILE...]

A mutant that no test notices survives: either a test is missing, or the change makes no difference. The latter stand in
survivors.txt with the reason; any other survivor fails the run. Needs a build of test_domain and test_contact_lists; changes no file
of the tree.

A mutant costs a second or so: its file is compiled without optimisation over a precompiled header of all that it includes, linked
before the others, and tried first on the tests that are named after it.
"""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import threading

ROOT = pathlib.Path(__file__).resolve().parents[2]
KNOWN = pathlib.Path(__file__).with_name("survivors.txt")
TEST_TIMEOUT_S = 120

# What is looked for, and what takes its place.
CHANGES = [
    (r"(?<=\s)<(?=\s)", "<="),
    (r"(?<=\s)<=(?=\s)", "<"),
    (r"(?<=\s)>(?=\s)", ">="),
    (r"(?<=\s)>=(?=\s)", ">"),
    (r"(?<=\s)==(?=\s)", "!="),
    (r"(?<=\s)!=(?=\s)", "=="),
    (r"(?<=\s)&&(?=\s)", "||"),
    (r"(?<=\s)\|\|(?=\s)", "&&"),
    (r"(?<=\s)\+(?=\s)", "-"),
    (r"(?<=\s)-(?=\s)", "+"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"(?<![\w.'\"])\d+(?![\w.'\"])", lambda number: str(int(number) + 1)),
    (r"!(?=[a-z(])", ""),
]


class Mutant:
    def __init__(self, file, line, column, old, new, text, which):
        self.file, self.line, self.column, self.old, self.new = file, line, column, old, new
        self.key = f"{file} | {text.strip()} | {old} -> {new}" + (f", the {which}." if which > 1 else "")

    def __str__(self):
        return f"{self.key}  (line {self.line})"


def code_lines(text):
    """Line by line without what is no code: comments, strings, directives."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(("//", "#")):
            continue
        bare = re.sub(r'"(\\.|[^"\\])*"|\'(\\.|[^\'\\])\'', lambda it: "\"" * len(it.group()), line)
        yield number, line, bare.split("//")[0]


def mutants_of(file):
    for number, line, bare in code_lines((ROOT / file).read_text()):
        if bare.lstrip().startswith(("template", "using", "static_assert")):
            continue
        for pattern, put in CHANGES:
            for which, found in enumerate(re.finditer(pattern, bare), 1):
                new = put(found.group()) if callable(put) else put
                yield Mutant(file, number, found.start(), found.group(), new, line, which)


def mutated(mutant):
    lines = (ROOT / mutant.file).read_text().splitlines()
    line = lines[mutant.line - 1]
    lines[mutant.line - 1] = line[:mutant.column] + mutant.new + line[mutant.column + len(mutant.old):]
    return "\n".join(lines) + "\n"


class Bench:
    """Compiles one file of domain/ anew and links it before the others of its layer's tests."""

    def __init__(self, build, scratch):
        self.build, self.scratch, self.made = build, scratch, threading.local()
        self.lock, self.headers, self.count = threading.Lock(), {}, 0
        self.compile = {
            str(pathlib.Path(it["file"]).relative_to(ROOT)): shlex.split(it["command"])
            for it in json.loads((build / "compile_commands.json").read_text())
            if pathlib.Path(it["file"]).is_relative_to(ROOT)}
        self.link = {layer: self.linked(f"test_{layer}") for layer in ("domain", "contact_lists")}

    def linked(self, program):
        said = subprocess.run(
            ["ninja", "-C", str(self.build), "-t", "commands", program], capture_output=True, text=True, check=True)
        last = said.stdout.strip().splitlines()[-1]
        return shlex.split(next(part for part in last.split("&&") if " -o " in part))

    def layer(self, file):
        return re.search(r"/ringmaster_(\w+)\.dir/", " ".join(self.compile[file]))[1]

    def words(self, file):
        """How the file is compiled, without where from and where to, and as quickly as can be."""
        words = self.compile[file]
        words = words[next(at for at, it in enumerate(words) if re.search(r"(c|g|clang)\+\+[^/]*$", it)):]
        for option in ("-o", "-c", "-MT", "-MF", "-include"):
            while option in words:
                at = words.index(option)
                words = words[:at] + words[at + 2:]
        slow = ("-O2", "-O3", "-g", "-MD", "-Werror", "-Winvalid-pch", "-fpch-preprocess")
        return [it for it in words if it not in slow] + ["-O0", "-w", f"-I{(ROOT / file).parent}"]

    def header(self, file):
        """All that the file includes, compiled once."""
        with self.lock:
            if file not in self.headers:
                header = self.scratch / (file.replace("/", "_") + ".hpp")
                lines = (ROOT / file).read_text().splitlines()
                header.write_text("\n".join(it for it in lines if it.startswith("#include")) + "\n")
                words = self.words(file) + ["-x", "c++-header", "-o", f"{header}.gch", "-c", str(header)]
                subprocess.run(words, cwd=self.build, check=True, capture_output=True)
                self.headers[file] = header
            return self.headers[file]

    def desk(self):
        """Where this thread keeps what it makes."""
        if not hasattr(self.made, "desk"):
            with self.lock:
                self.count += 1
                self.made.desk = self.scratch / f"desk{self.count}"
            self.made.desk.mkdir()
        return self.made.desk

    def survives(self, mutant):
        desk = self.desk()
        source, object_file, program = desk / "mutant.cpp", desk / "mutant.o", desk / "mutant"
        source.write_text(mutated(mutant))
        words = self.words(mutant.file) + [
            "-include", str(self.header(mutant.file)), "-o", str(object_file), "-c", str(source)]
        if subprocess.run(words, cwd=self.build, capture_output=True).returncode != 0:
            return False  # the compiler noticed
        link = list(self.link[self.layer(mutant.file)])
        at = link.index("-o") + 1
        link[at] = str(program)
        link.insert(at + 1, str(object_file))
        subprocess.run(link, cwd=self.build, check=True, capture_output=True)
        own = f"*/{pathlib.Path(mutant.file).stem}*_test.cpp"
        # A random test may miss by bad luck, though hardly twice.
        return all(passes(program, which) for which in 2 * (f"--source-file={own}", f"--source-file-exclude={own}"))


def passes(program, which):
    """A failure is enough: RapidCheck need not look for a smaller one."""
    try:
        tests = subprocess.run([str(program), "--abort-after=1", which], cwd=ROOT, capture_output=True,
                               timeout=TEST_TIMEOUT_S, env=os.environ | {"RC_PARAMS": "noshrink=1"})
    except subprocess.TimeoutExpired:
        return False  # a loop without end is noticed too
    return tests.returncode == 0


def explained():
    """Keys of survivors.txt: what stands there before ` : `."""
    lines = KNOWN.read_text().splitlines()
    return {line.rsplit(" : ", 1)[0].strip() for line in lines if " : " in line and not line.startswith("#")}


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--build", default="build")
    asked.add_argument("--jobs", type=int, default=1, help="so many at once")
    asked.add_argument("--sample", type=int, help="so many of all, by chance")
    asked.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    asked.add_argument("files", nargs="*")
    asked = asked.parse_args()
    files = asked.files or sorted(str(it.relative_to(ROOT)) for it in (ROOT / "domain").glob("*.cpp"))
    every = [it for file in files for it in mutants_of(file)]
    if asked.sample and asked.sample < len(every):
        print(f"seed {asked.seed}", flush=True)
        every = sorted(random.Random(asked.seed).sample(every, asked.sample), key=lambda it: (it.file, it.line))
    known, new = explained(), []
    with tempfile.TemporaryDirectory() as scratch, concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        bench = Bench((ROOT / asked.build).resolve(), pathlib.Path(scratch))
        for mutant, survived in zip(every, pool.map(bench.survives, every)):
            if survived and mutant.key not in known:
                new.append(mutant)
                print(f"survived: {mutant}", flush=True)
    print(f"{len(every)} mutants, {len(new)} survived without an explanation")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
