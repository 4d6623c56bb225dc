# `make demo` and `make test` each install what they need; nothing else has to be done by hand.
#
#   make demo              the sample issue, checked, sent to a local inbox, and shown in the browser
#   make demo ARGS=--once  the same without a browser: prints a report and ends
#   make test              everything: style, types, import contracts, tests, and how much of the code they cover
#   make unit ARGS=PATH    the tests in that file or folder
#   make check             style, types and import contracts only, of Python, TypeScript and CSS (seconds)
#   make torture           every fault we can inflict on a send, with the invariants checked, and broken input at every
#                          door; writes docs/reliability.md
#   make bench             speed and memory against peers, in one run; writes docs/benchmarks.md
#   make wheel             dist/*.whl
#   make clean             remove what was installed and built here

SHELL  := /bin/bash
PYTHON ?= python3
BIN    := .venv/bin
WITH_NODE := PATH="$(CURDIR)/$(BIN):$$PATH"
ARGS   ?=
# Two cores or twenty: the tests share no state but the machine.
WORKERS ?= auto
# What `make test` adds to the tests.
COVER  :=

.PHONY: install install-dev packages demo test check unit torture bench wheel clean
.DEFAULT_GOAL := install

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "newsletter-composer needs Python 3.11 or newer; set PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -m venv .venv || { tools/install-packages.sh python3-venv && $(PYTHON) -m venv --clear .venv; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip

.venv/installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing newsletter-composer and what it needs into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable .
	@touch $@

.venv/installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing newsletter-composer and the tools of its tests into .venv …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch .venv/installed $@

# The studio's page. Node is the machine's own, or comes with a wheel into .venv: pip is all that a machine needs.
PAGE := composer/studio/static/built
$(PAGE): $(wildcard composer/studio/browser/* composer/studio/browser/*/*) tools/package.json tools/npm-lock.json \
		tools/build_studio.py tools/npm_packages.py | $(BIN)/python
	@$(BIN)/python tools/build_studio.py
	@touch $@

install: .venv/installed $(PAGE)

install-dev: .venv/installed-dev $(PAGE)

# Chromium, smtp-sink, PostgreSQL, a speller and two independent mail readers, for the tests; two more mail servers and two web servers, unpacked only.
packages:
	@tools/install-packages.sh chromium postfix postgresql pgbouncer maildrop mblaze strace hunspell
	@tools/unpack-packages.sh build/mail-servers exim4-daemon-light opensmtpd
	@tools/unpack-packages.sh build/web-servers nginx caddy

# Where the page cannot be built, the demo says so and goes the whole way all the same.
demo: .venv/installed
	@$(MAKE) --no-print-directory $(PAGE) || true
	@$(BIN)/newsletter demo $(ARGS)

# What checks JavaScript, TypeScript and CSS, beside what the page is made from.
build/node/installed-all: tools/package.json tools/npm-lock.json | .venv/installed-dev
	@echo "Installing what checks JavaScript, TypeScript and CSS into build/node …"
	@$(BIN)/python tools/npm_packages.py $(@D) --all

check: .venv/installed-dev build/node/installed-all
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_docstrings.py composer bench tools
	@$(WITH_NODE) build/node/node_modules/.bin/biome check --error-on-warnings
	@$(WITH_NODE) build/node/node_modules/.bin/tsc --project .

unit: .venv/installed-dev $(PAGE)
	$(BIN)/pytest $(COVER) -n $(WORKERS) $(ARGS)

# Another version of Python, where the machine has one: the same files make the same bytes in both.
build/other-python/installed: pyproject.toml constraints.txt | .venv/installed-dev
	@$(BIN)/python tools/same_bytes.py --prepare

# All of it, with what it covers; of some of it (ARGS=tests/one) the coverage would say nothing.
test: COVER = $(if $(ARGS),,--cov)
test: packages check build/other-python/installed unit

torture: .venv/installed-dev packages
	@tools/install-packages.sh gcc libc6-dev
	$(BIN)/python -m tests.torture $(ARGS)
	NEWSLETTER_TEST_FUZZ=50 NEWSLETTER_TEST_SEED=$$RANDOM $(BIN)/pytest -n $(WORKERS) -k test_fuzz tests

bench: .venv/installed-dev packages $(PAGE)
	$(BIN)/python -m bench $(ARGS)

wheel: .venv/installed-dev $(PAGE)
	@rm -rf dist
	$(BIN)/python -m build --outdir dist

clean:
	rm -rf .venv dist build composer/studio/static out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
