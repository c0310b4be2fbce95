# Tribune. `make demo` to try it, `make test` for everything that must hold, `make bench` for figures.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)
ROOT := $(SUDO:sudo=sudo -n)
SYSTEM := ffmpeg nginx libnginx-mod-rtmp chromium python3-gi gir1.2-gst-rtsp-server-1.0 \
	faketime gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-plugins-ugly

.PHONY: bench-search bench-replays demo install test check lint types unit system vendor soak soak-seeds soak-outages bench bench-reliability bench-drift messages clean

demo: install
	exec $(BIN)/tribune demo --port $(PORT)

install: $(VENV)/installed vendor

# Debian's python3 comes without python3-venv: it is installed where that needs no password, else asked for.
$(BIN)/python:
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); echo "installing python3-venv"; \
		{ $(ROOT) apt-get update -qq && $(ROOT) apt-get install -y -qq --no-install-recommends python3-venv; } >/dev/null 2>&1 \
		&& $(PYTHON) -m venv $(VENV); } || { rm -rf $(VENV); \
		echo "Python cannot make a virtual environment here. Type: sudo apt-get install python3-venv"; exit 1; }

$(VENV)/installed: pyproject.toml $(BIN)/python
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/tests-installed: pyproject.toml $(VENV)/installed
	$(BIN)/python -m pip install --quiet --editable '.[test]'
	touch $@

# hls.js, for browsers that do not play HLS by themselves; without npm those are told to use another browser. And
# altcha's worker, for proof of work; without it browsers wait instead when very many ask at once.
VENDOR := web/static/vendor/hls.mjs web/static/vendor/altcha-pbkdf2.js
vendor:
	@if command -v npm >/dev/null && $(MAKE) --no-print-directory $(VENDOR); then :; \
	else echo "npm could not fetch hls.js and altcha: Firefox will not play the live picture (Chrome, Edge and Safari do)"; fi

$(VENDOR) &: web/package.json
	@mkdir -p web/static/vendor
	npm install --prefix web --no-audit --no-fund --no-package-lock --ignore-scripts --silent
	cp web/node_modules/hls.js/dist/hls.light.min.mjs web/static/vendor/hls.mjs
	cp web/node_modules/altcha/dist/workers/pbkdf2.js web/static/vendor/altcha-pbkdf2.js
	@touch $(VENDOR)

# What the tests need from the system: a real RTMP server, a real browser, a real camera.
system:
	@missing=""; for package in $(SYSTEM); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing="$$missing $$package"; done; \
	command -v npm >/dev/null || missing="$$missing npm"; \
	if [ -n "$$missing" ]; then echo "installing$$missing"; $(SUDO) apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive $(SUDO) apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi

test: system $(VENV)/tests-installed vendor lint types unit

check: $(VENV)/tests-installed lint types

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy

# In lanes beside one another: tests/conftest.py.
LANES ?= 2
unit:
	$(BIN)/python -m pytest -n $(LANES)

bench: system $(VENV)/tests-installed
	$(BIN)/python -m tests.bench.pipeline

bench-reliability: system $(VENV)/tests-installed
	$(BIN)/python -m tests.bench.reliability

bench-drift: system $(VENV)/tests-installed
	$(BIN)/python -m tests.bench.drift

# The live channel beside its peers: docs/performance.md. make bench-live VIEWERS=10000
VIEWERS ?= 10000
bench-live: system $(VENV)/tests-installed
	$(BIN)/python -m tests.bench.live --viewers $(VIEWERS)

# Ten thousand malformed messages and forms. make fuzz MESSAGES=10000 SEED=7
MESSAGES ?= 10000
fuzz: $(VENV)/tests-installed
	FUZZ=$(MESSAGES) SEED=$(SEED) $(BIN)/python -m pytest -s tests/web/test_fuzz.py

# Searches over 1,000 meetings, beside ranking all hits: docs/performance.md.
bench-search: $(VENV)/tests-installed
	$(BIN)/python -m tests.bench.search

# What a citizen waits for: pages, films, what a browser fetches: docs/performance.md.
bench-replays: system $(VENV)/tests-installed
	$(BIN)/python -m tests.bench.replays

# Meetings on which everything goes wrong. make soak MINUTES=10 SEED=7
MINUTES ?= 10
soak: system $(VENV)/tests-installed
	$(BIN)/python -m tests.chaos.soak --minutes $(MINUTES) $(if $(SEED),--seed $(SEED))

# The same seeds again and again, with a tally: make soak-seeds SEEDS="1 2 3" RUNS=100 (two minutes a run)
SEEDS ?= 1 2 3 4 5
RUNS ?= 2
soak-seeds: system $(VENV)/tests-installed
	$(BIN)/python -m tests.chaos.soak --minutes 1 --seeds "$(SEEDS)" --runs $(RUNS)

# One meeting whose server is away for ten seconds, and then for five minutes.
OUTAGES ?= 10 300
soak-outages: system $(VENV)/tests-installed
	$(BIN)/python -m tests.chaos.soak --outages "$(OUTAGES)"

messages: $(VENV)/installed
	$(BIN)/python -m web.i18n extract

clean:
	rm -rf $(VENV) build dist *.egg-info web/node_modules web/static/vendor .mypy_cache .ruff_cache .pytest_cache
