# The commands of a developer and of CI. Each does all its own set-up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
PORT ?= 8765
COVER ?= bot
# Of the tests; more than processors, since a test waits for half of its time.
WORKERS ?= 4
VENV := .venv
BIN := $(VENV)/bin
# Another Python makes .venv again.
MADE := made-with-$(subst /,_,$(PYTHON))
# Compiled code is kept: a program that is started a hundred times is not compiled a hundred times.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo test coverage setup hooks lint types contracts docs docs-check pictures site check bench bench-peers chaos mutate lock clean

help: ## Show the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

demo: $(VENV)/.runtime-$(MADE) ## Run the local workspace, CivicTrust and the bot; PORT=8766 moves it
	@exec $(BIN)/runbook demo --port $(PORT)

test: $(VENV)/.development-$(MADE) ## Run every test, the browser's included
	@./.ci/system
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup $(PYTEST)

coverage: $(VENV)/.development-$(MADE) ## Run every test, and fail where too little of the code is reached
	@./.ci/system
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup --cov=$(COVER) --cov-report=term:skip-covered $(PYTEST)

setup: $(VENV)/.development-$(MADE) ## Only set up

hooks: $(VENV)/.development-$(MADE) ## Check style, types and imports before each commit
	@if command -v pre-commit >/dev/null; then pre-commit install; \
	else install -m 755 .ci/hook "$$(git rev-parse --git-path hooks)/pre-commit" && echo "installed .ci/hook"; fi

lint: $(VENV)/.development-$(MADE) ## Style and common faults
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/runbook lint procedures

types: $(VENV)/.development-$(MADE) ## Types, strictly
	$(BIN)/mypy

contracts: $(VENV)/.development-$(MADE) ## The walls between the rooms
	$(BIN)/lint-imports

docs: $(VENV)/.development-$(MADE) ## Generate what is generated in docs/
	$(BIN)/runbook show --all --format text > docs/recovery-runbook.txt
	$(BIN)/runbook schema > docs/procedure.schema.json
	$(BIN)/runbook schema --routes > docs/alert-routes.schema.json
	$(BIN)/runbook schema --run > docs/run.schema.json
	@mkdir -p docs/reference
	for page in commands facts settings; do $(BIN)/runbook reference $$page > docs/reference/$$page.md; done
	$(BIN)/python -m bot.demo.workspace.reference docs/workspace.md
	$(BIN)/python -m tests.core.lint_tables docs/reference/lint.md

docs-check: docs ## Fail when a generated document is out of date
	git diff --exit-code -- docs/recovery-runbook.txt docs/procedure.schema.json docs/alert-routes.schema.json docs/run.schema.json docs/reference docs/workspace.md

pictures: $(VENV)/.development-$(MADE) ## Take the README's picture from a run of the demo
	@./.ci/system
	PICTURES=1 $(BIN)/pytest -q -p no:xdist tests/e2e/test_pictures.py

site: $(VENV)/.development-$(MADE) ## Make a site of the pages in docs/, with a search: artifacts/site
	PYTHON=$(BIN)/python ./docs/site/build

check: ## What CI runs
	./.ci/run

bench: $(VENV)/.development-$(MADE) ## Measure speed
	$(BIN)/pytest tests/bench -m bench -s -p no:xdist --ignore=tests/bench/peers

bench-peers: $(VENV)/.development-$(MADE) ## Install errbot and opsdroid in passing, and measure beside them
	$(BIN)/pytest tests/bench/peers -m bench -s -p no:xdist

chaos: $(VENV)/.development-$(MADE) ## Break things for an hour; SCENARIO="kills" plays those of that name
	@./.ci/system
	@rm -f artifacts/chaos.md
	HYPOTHESIS_PROFILE=full CHAOS_REPORT=artifacts/chaos.md $(BIN)/pytest tests -m chaos -n 3 --dist loadgroup -k "$(SCENARIO)" $(PYTEST)

mutate: $(VENV)-mutate/.development-$(MADE) ## Change the code a little and see which changes no test notices; MODULE=bot.app.desk picks one
	$(VENV)-mutate/bin/python tests/mutation/mutate.py $(MODULE)

lock: $(VENV)/.development-$(MADE) ## Renew all lock files
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-strip-extras --no-header --no-annotate \
		pyproject.toml --group build -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-strip-extras --no-header --no-annotate \
		pyproject.toml --group build --extra pdf -c requirements.lock -o requirements-pdf.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-strip-extras --no-header --no-annotate \
		pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --generate-hashes --no-strip-extras --no-header --no-annotate \
		pyproject.toml --group mutate -c requirements-dev.lock -o requirements-mutate.lock

clean: ## Remove what was set up and generated
	rm -rf $(VENV) $(VENV)-mutate .demo artifacts tests/conformance/apps/node/node_modules* .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage

# A virtual environment with what the bot runs on, or with what its tests need as well.
$(VENV)/.runtime-$(MADE): requirements.lock pyproject.toml .ci/setup
	@PYTHON=$(PYTHON) ./.ci/setup $(VENV) requirements.lock
	@touch $@

$(VENV)/.development-$(MADE): requirements-dev.lock requirements.lock pyproject.toml .ci/setup
	@PYTHON=$(PYTHON) ./.ci/setup $(VENV) requirements-dev.lock
	@touch $(VENV)/.runtime-$(MADE) $@

# The tool that mutates brings packages of its own; whoever does not use it is spared them.
$(VENV)-mutate/.development-$(MADE): requirements-mutate.lock pyproject.toml .ci/setup
	@PYTHON=$(PYTHON) ./.ci/setup $(VENV)-mutate requirements-mutate.lock
	@touch $@
