"""How the code is built: sizes, imports, examples, words. The figures are only ever tightened."""

from __future__ import annotations

import ast
import graphlib
import re
import statistics
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import grimp
import pytest

import payoff
from source_tree import ROOT, SOURCE, Definition, Function, Module, modules

LONGEST_FUNCTION = 40  # lines of code: no docstring, no blank line, no comment
P90_FUNCTION = 25
LONGEST_FILE = 300  # all lines
TESTS_PER_LINE_OF_CODE = (1.0, 2.5)
FEW_FIELDS = 10  # a record with at most so many fields says what it is by its docstring alone

EDGE = {"payoff", "cli", "web", "demo", "project"}  # may import heavy libraries late
OUTSIDE_CORE = {"cli", "web", "demo", "project", "testing"}  # shown by the tutorial and the --help pages
VAGUE = {"cfg", "util", "utils", "helper", "helpers", "manager", "misc", "stuff"}
OTHER_WORDS = {"annotator": "voter", "annotation": "vote", "utility": "payoff", "reward": "payoff"}

BESIDE = "a folder beside the repository"  # benchmarks may look there for data, and do without

# Brackets keep this file from matching itself.
PLACES = {
    "a path of one machine": r"/wor[k]/|/far[m]/|/roo[t]/|/home/[a-z]|/User[s]/[a-z]|[A-Z]:\\User[s]",
    "the host of a package registry": r"pypi[.]or[g]|pythonhoste[d]|registry[.]np[m]|deb[.]debia[n]|crates[.]i[o]",
    BESIDE: r"\.\./share[d]",
}

MODULES = modules(SOURCE / "payoff")


def no(offenders: Iterable[str], rule: str) -> None:
    against = sorted(offenders)
    if against:
        pytest.fail(f"{len(against)} against the rule: {rule}\n  " + "\n  ".join(against), pytrace=False)


# --- sizes -----------------------------------------------------------------------------------------------------------


def test_no_function_is_longer_than_one_reads_at_a_glance() -> None:
    lengths = [(module.length(node), module.at(node, node.name)) for module in MODULES for node in module.functions()]
    no(
        (f"{place}: {lines} lines" for lines, place in lengths if lines > LONGEST_FUNCTION),
        f"a function has at most {LONGEST_FUNCTION} lines of code",
    )


def test_nine_of_ten_functions_are_short() -> None:
    lengths = sorted(module.length(node) for module in MODULES for node in module.functions())
    p90 = statistics.quantiles(lengths, n=10, method="inclusive")[-1]
    print(f"{len(lengths)} functions, p90 {p90:.0f} lines of code, longest {lengths[-1]}")
    assert p90 <= P90_FUNCTION


def test_every_file_fits_in_one_reading() -> None:
    sizes = [(len(module.text.splitlines()), str(module.path.relative_to(ROOT))) for module in MODULES]
    no(
        (f"{place}: {lines} lines" for lines, place in sizes if lines > LONGEST_FILE),
        f"a file has at most {LONGEST_FILE} lines",
    )


def test_there_are_as_many_lines_of_tests_as_of_code() -> None:
    tests, code = (sum(len(m.code) for m in modules(f)) for f in (ROOT / "tests", SOURCE / "payoff"))
    low, high = TESTS_PER_LINE_OF_CODE
    print(f"{tests} lines of tests on {code} lines of code: {tests / code:.2f}")
    assert low <= tests / code <= high, f"{tests} lines of tests on {code} of code: {tests / code:.2f}"


# --- imports ---------------------------------------------------------------------------------------------------------


def test_the_core_imports_at_the_top_of_the_file() -> None:
    core = [module for module in MODULES if module.part not in EDGE]
    no(
        {
            module.at(inner, f"in {function.name}")
            for module in core
            for function in module.functions()
            for inner in ast.walk(function)
            if isinstance(inner, ast.Import | ast.ImportFrom)
        },
        f"only {', '.join(sorted(EDGE))} import late; a late import elsewhere means that two ideas want parting",
    )


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("payoff", cache_dir=None)
    order = graphlib.TopologicalSorter({m: graph.find_modules_directly_imported_by(m) for m in graph.modules})
    try:
        order.prepare()
    except graphlib.CycleError as error:
        pytest.fail("a circle of imports, late and type-only ones included: " + " -> ".join(error.args[1]))


def test_no_module_imports_from_the_package_root() -> None:
    graph = grimp.build_graph("payoff", cache_dir=None)
    importers = graph.find_modules_that_directly_import("payoff")
    allowed = {f"payoff.{part}" for part in OUTSIDE_CORE - {"project"}}
    no(
        (name for name in importers if ".".join(name.split(".")[:2]) not in allowed),
        "the root names everything, so whoever imports it knows everything",
    )


# --- documented, with an example -------------------------------------------------------------------------------------


def exported() -> Iterator[tuple[Module, Definition]]:
    for module in MODULES:
        yield from ((module, node) for node in module.public() if node.name in payoff.__all__)


def test_everything_public_has_a_docstring() -> None:
    public = [(module, node, node.name) for module in MODULES for node in module.public()]
    for module, node in exported():
        methods = [inner for inner in node.body if isinstance(inner, Function) and inner.name[0] != "_"]
        public += [(module, inner, f"{node.name}.{inner.name}") for inner in methods]
    no(
        (module.at(node, name) for module, node, name in public if not (ast.get_docstring(node) or "").strip(" .")),
        "whatever is public says in one sentence what it is for",
    )


def test_everything_exported_has_an_example() -> None:
    shown = {node.name for _, node in exported() if ">>>" in (ast.get_docstring(node) or "")}
    files = {module.name.removeprefix("payoff.") for module in MODULES}
    no(
        (name for name in payoff.__all__ if name not in shown and name not in files and not name.startswith("__")),
        "whatever `payoff` exports shows an example",
    )


def test_everything_public_in_the_core_has_an_example() -> None:
    core = [module for module in MODULES if module.part not in OUTSIDE_CORE]
    no(
        (
            module.at(node, node.name)
            for module in core
            for node in module.public()
            if ">>>" not in (ast.get_docstring(node) or "") and not (is_error(node) or is_small_record(node))
        ),
        "whatever is public in the core shows an example (errors and small records excepted)",
    )


def is_small_record(node: Definition) -> bool:
    """A dataclass or protocol: fields, no behaviour worth showing."""
    marks = {ast.unparse(mark).split("(")[0].split(".")[-1] for mark in node.decorator_list}
    bases = {ast.unparse(base).split("[")[0] for base in getattr(node, "bases", [])}
    fields = sum(isinstance(inner, ast.AnnAssign) for inner in node.body)
    return bool(bases & {"Protocol", "TypedDict", "NamedTuple"} or "dataclass" in marks) and fields <= FEW_FIELDS


# --- errors ----------------------------------------------------------------------------------------------------------


def errors() -> dict[str, tuple[Module, ast.ClassDef]]:
    """Every class of the family of PayoffError, by name."""
    classes = {n.name: (m, n) for m in MODULES for n in ast.walk(m.tree) if isinstance(n, ast.ClassDef)}
    family = {"PayoffError"}
    while grown := {k for k, (_, n) in classes.items() if family & {ast.unparse(b) for b in n.bases}} - family:
        family |= grown
    return {name: classes[name] for name in sorted(family)}


def is_error(node: Definition) -> bool:
    return node.name in errors()


def own_init(node: ast.ClassDef) -> Function | None:
    return next((inner for inner in node.body if isinstance(inner, Function) and inner.name == "__init__"), None)


def quotes(init: Function) -> bool:
    """Whether an argument reaches the message: in an f-string, or in what the base class is given."""
    arguments = {arg.arg for arg in (*init.args.posonlyargs, *init.args.args, *init.args.kwonlyargs)} - {"self"}
    told = [n for n in ast.walk(init) if isinstance(n, ast.FormattedValue)]
    told += [n for n in ast.walk(init) if isinstance(n, ast.Call) and ast.unparse(n.func).startswith("super(")]
    return any(isinstance(n, ast.Name) and n.id in arguments for part in told for n in ast.walk(part))


def found(call: ast.Call) -> ast.expr | None:
    """What an error worded on the spot says it found: its first argument."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "found"]
    return next(iter((*call.args, *named)), None)


def test_every_error_that_words_its_own_message_quotes_the_value_it_refuses() -> None:
    inits = [(module, node, own_init(node)) for name, (module, node) in errors().items() if name != "PayoffError"]
    no(
        (module.at(node, node.name) for module, node, init in inits if init is not None and not quotes(init)),
        "an error takes the refused value as an argument and says it",
    )


def test_whoever_words_an_error_on_the_spot_quotes_the_value_it_refuses() -> None:
    worded = {name for name, (_, node) in errors().items() if name == "PayoffError" or own_init(node) is None}
    raised = [(m, n.exc) for m in MODULES for n in ast.walk(m.tree) if isinstance(n, ast.Raise)]
    calls = [(m, call) for m, call in raised if isinstance(call, ast.Call) and ast.unparse(call.func) in worded]
    no(
        (m.at(call, ast.unparse(call.func)) for m, call in calls if isinstance(found(call), ast.Constant)),
        "what was found is said with its value: f\"the column '{name}' is empty\", not 'a column is empty'",
    )


# --- words and places ------------------------------------------------------------------------------------------------


def test_names_are_words_of_the_story() -> None:
    names = [(m, m.tree, m.name.split(".")[-1]) for m in MODULES]
    names += [(m, n, n.name) for m in MODULES for n in ast.walk(m.tree) if isinstance(n, Definition)]
    names += [(m, n, n.arg) for m in MODULES for n in ast.walk(m.tree) if isinstance(n, ast.arg)]
    for module, node, name in names:
        words = set(re.findall(r"[a-z]+", re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()))
        assert not words & VAGUE, module.at(node, f"{name}: say what it is for")
        for word in words & OTHER_WORDS.keys():
            pytest.fail(module.at(node, f"{name}: the word is {OTHER_WORDS[word]!r}"))


def kept_files() -> list[Path]:
    """The files under version control, or about to be; without git, all that is not hidden or made."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        said = subprocess.run(listing, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        files = [ROOT / name for name in said.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        tops = [top for top in ROOT.iterdir() if top.name[0] != "." and top.name != "demo-project"]
        files = [path for top in tops for path in ([top] if top.is_file() else top.rglob("*"))]
    return [path for path in files if path.is_file() and path.suffix not in {".pyc", ".png"}]


@pytest.mark.parametrize("what", PLACES)
def test_no_file_names_a_place_outside_the_repository(what: str) -> None:
    no(
        (
            f"{path.relative_to(ROOT)}:{number} {line.strip()[:100]}"
            for path in kept_files()
            for number, line in enumerate(path.read_text(encoding="utf-8", errors="ignore").splitlines(), start=1)
            if re.search(PLACES[what], line) and not (what == BESIDE and path.is_relative_to(ROOT / "benchmarks"))
        ),
        f"no file names {what}",
    )
