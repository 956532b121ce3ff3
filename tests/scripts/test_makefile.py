"""`make` alone lists the verbs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable

from source_tree import ROOT


def test_plain_make_lists_each_verb_with_what_it_does(need: Callable[[object, str], None]) -> None:
    need(shutil.which("make"), "make is not installed")
    ran = subprocess.run(["make", "--no-print-directory"], cwd=ROOT, capture_output=True, text=True, check=True)
    verbs = [line.split()[1] for line in ran.stdout.splitlines()]
    assert verbs == ["help", "demo", "test", "check", "bench", "bench-peers", "fix", "lock"]
    assert all(len(line.split()) > 3 for line in ran.stdout.splitlines())
