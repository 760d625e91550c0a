"""Changes one comparison, constant or connective of domain/ at a time, and sees whether the tests of domain/ notice.

usage: mutate.py [--build DIR] [--sample N] [--seed N] [FILE...]

A mutant that no test notices survives: either a test is missing, or the change makes no difference. The latter stand in
survivors.txt with the reason; any other survivor fails the run. Needs a build of test_domain; changes no file of the tree.
"""

import argparse
import json
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile

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
    def __init__(self, file, line, column, old, new, text):
        self.file, self.line, self.column, self.old, self.new = file, line, column, old, new
        self.key = f"{file} | {text.strip()} | {old} -> {new}"

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
            for found in re.finditer(pattern, bare):
                new = put(found.group()) if callable(put) else put
                yield Mutant(file, number, found.start(), found.group(), new, line)


def mutated(mutant):
    lines = (ROOT / mutant.file).read_text().splitlines()
    line = lines[mutant.line - 1]
    lines[mutant.line - 1] = line[:mutant.column] + mutant.new + line[mutant.column + len(mutant.old):]
    return "\n".join(lines) + "\n"


class Bench:
    """Compiles one file of domain/ anew and links it before the others."""

    def __init__(self, build, scratch):
        self.build, self.scratch = build, scratch
        self.compile = {
            str(pathlib.Path(it["file"]).relative_to(ROOT)): shlex.split(it["command"])
            for it in json.loads((build / "compile_commands.json").read_text())
            if pathlib.Path(it["file"]).is_relative_to(ROOT)}
        said = subprocess.run(
            ["ninja", "-C", str(build), "-t", "commands", "test_domain"], capture_output=True, text=True, check=True)
        last = said.stdout.strip().splitlines()[-1]
        self.link = next(part for part in last.split("&&") if " -o " in part).strip()

    def survives(self, mutant):
        source = self.scratch / "mutant.cpp"
        source.write_text(mutated(mutant))
        words = list(self.compile[mutant.file])
        words = [it for it in words if it not in ("-O3", "-Werror")] + ["-O1", "-w", f"-I{(ROOT / mutant.file).parent}"]
        words[words.index("-o") + 1] = str(self.scratch / "mutant.o")
        words[words.index("-c") + 1] = str(source)
        if subprocess.run(words, cwd=self.build, capture_output=True).returncode != 0:
            return False  # the compiler noticed
        link = shlex.split(self.link)
        at = link.index("-o") + 1
        link[at] = str(self.scratch / "mutant")
        link.insert(at + 1, str(self.scratch / "mutant.o"))
        subprocess.run(link, cwd=self.build, check=True, capture_output=True)
        try:
            tests = subprocess.run(
                [str(self.scratch / "mutant"), "--abort-after=1"], cwd=ROOT, capture_output=True, timeout=TEST_TIMEOUT_S)
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
    with tempfile.TemporaryDirectory() as scratch:
        bench = Bench((ROOT / asked.build).resolve(), pathlib.Path(scratch))
        for mutant in every:
            if bench.survives(mutant) and mutant.key not in known:
                new.append(mutant)
                print(f"survived: {mutant}", flush=True)
    print(f"{len(every)} mutants, {len(new)} survived without an explanation")
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
