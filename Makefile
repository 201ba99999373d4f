# Everything a newcomer needs: `make demo` and `make test`. Nothing but python3, make and a package index is asked for.

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/

.PHONY: demo test check bench clean install

install: $(VENV)/installed

$(VENV)/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11." >&2; exit 1; }
	@test -x $(RUN)python || $(PYTHON) -m venv $(VENV)
	@echo "Installing into $(VENV) (once) ..."
	@$(RUN)python -m pip install --quiet --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: install
	@$(RUN)tracker demo

check: install
	$(RUN)ruff check .
	$(RUN)ruff format --check .
	$(RUN)mypy
	$(RUN)lint-imports --no-cache

test: check
	$(RUN)python -m pytest -n auto $(PYTEST_ARGUMENTS)

# soak.py (12 minutes), scale.py (10) and cookbook.py (15, to make its million articles) are started by hand.
bench: install
	@for benchmark in $(filter-out benchmarks/replay_% benchmarks/cadence_% benchmarks/noise_% benchmarks/hostile_% benchmarks/storage_% benchmarks/soak% benchmarks/scale% benchmarks/cookbook%,$(wildcard benchmarks/*.py)); do echo "== $$benchmark"; $(RUN)python $$benchmark || exit 1; done

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
