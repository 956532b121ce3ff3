# Every verb sets itself up: a .venv of its own, pinned by requirements.lock with hashes. It needs Python 3.11 or newer.

VENV  := .venv
READY := $(VENV)/.ready
BIN   := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test check bench bench-peers fix lock

help:  ## list these verbs
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r verb words; do printf '  make %-11s %s\n' "$$verb" "$$words"; done

demo: $(READY)  ## the whole loop on real data, in demo-project/ (ends with demo-project/report.html)
	@$(BIN)/payoff demo demo-project

# One thread per test process: pytest runs as many processes as there are cores.
test: $(READY)  ## all tests, examples and pages
	@OMP_NUM_THREADS=1 POLARS_MAX_THREADS=1 $(BIN)/pytest -n auto

check: $(READY)  ## format, lint, types, layers, stale generated pages
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python scripts/docs.py --check

bench: $(READY)  ## every claim of the README against its peer, the quick version (benchmarks/)
	@for page in benchmarks/[a-z]*.py; do \
		[ -e "$$page" ] || { echo "benchmarks/ is empty"; exit 0; }; \
		echo "== $$page"; $(BIN)/python "$$page" --check || exit 1; \
	done

bench-peers: $(READY)  ## the peers of benchmarks/aggregate.py that clash with our pins, in .venv-peers
	@$(BIN)/python -m venv --clear .venv-peers
	@.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/aggregating/peers.txt

fix: $(READY)  ## format, mend what the linter can, write the generated pages
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .
	@$(BIN)/python scripts/docs.py

lock:  ## pin the newest versions that pyproject.toml admits (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: python3 -m pip install uv"; exit 2; }
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate \
		--no-emit-index-url --custom-compile-command "make lock" --extra demo --extra dev \
		--output-file requirements.lock pyproject.toml
	@grep -c '==' requirements.lock | sed 's/$$/ packages pinned in requirements.lock/'

$(READY): requirements.lock pyproject.toml scripts/set_up.py
	@for python in python3.11 python3 python; do \
		if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			exec $$python scripts/set_up.py $(VENV); \
		fi; \
	done; \
	echo "no Python 3.11 or newer found (looked for python3.11, python3, python). Install one, then run make again." >&2; exit 2
