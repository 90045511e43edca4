# Lossvista. `make run` is all the set-up there is; `make help` lists the rest.

VENV := .venv
BIN := $(VENV)/bin
# The first Python on the path that is new enough. Another one: make run PYTHON=/path/to/python3
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint docs gallery viewer clean python libraries libraries-for-tests

help:  ## This list
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1	/p' $(MAKEFILE_LIST)

run: libraries $(VENV)/installed  ## Set up, train a small network, compute and show its landscapes
	@$(BIN)/lossvista demo $(ARGS)

test: libraries-for-tests $(VENV)/installed-dev  ## Set up and run all tests, one process a core; some of them: make test ARGS="tests/compute -x"
	@$(BIN)/pytest -q -n auto --dist loadfile $(ARGS)

lint: $(VENV)/installed-dev  ## Style, types and layers
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/pyright

docs: $(VENV)/installed-docs  ## Build the manual into build/docs; any warning, a broken link among them, is an error
	@$(BIN)/sphinx-build -W --keep-going -q -b html docs build/docs $(ARGS)
	@echo "build/docs/index.html"

gallery: $(VENV)/installed  ## Draw the manual's figures anew (some minutes); those that are still alike stay as they are
	@$(BIN)/python examples/gallery/render.py $(ARGS)

viewer: | python  ## Freeze the program without PyTorch into build/lossvista-viewer (some minutes); packaging/smoke tries it
	@$(PYTHON) packaging/freeze viewer

clean:  ## Remove what set-up, tests and tools made (not your landscapes)
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .hypothesis .ruff_cache .import_linter_cache .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

libraries: | python
	@$(PYTHON) packaging/system-libraries

libraries-for-tests: | python
	@$(PYTHON) packaging/system-libraries --tests

python:
	@test -n "$(PYTHON)" || { echo "Lossvista needs Python 3.11 or newer; $$(python3 --version 2>&1 || echo no python3) was found." \
		"Install one (for example: sudo apt-get install python3.11 python3.11-venv), then repeat." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { v=$$($(PYTHON) -c 'import sys; print("python%d.%d" % sys.version_info[:2])'); \
		echo "$$v lacks its venv module. Install it (for example: sudo apt-get install $$v-venv), then repeat." >&2; exit 1; }

# A stamp is touched only after pip has succeeded, so that an interrupted installation is taken up again.
$(VENV)/installed: pyproject.toml | python
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { echo "Setting up $(VENV) (once; PyTorch is several gigabytes)"; \
		$(PYTHON) -m venv --clear $(VENV); }
	$(BIN)/python -m pip install --disable-pip-version-check -e .
	@touch $@

$(VENV)/installed-dev: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --disable-pip-version-check -e '.[dev]'
	@touch $@

$(VENV)/installed-docs: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --disable-pip-version-check -e '.[docs]'
	@touch $@
