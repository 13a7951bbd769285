# Everything a newcomer needs; each target sets up what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PEERS ?= .venv-peers
STAMP := $(VENV)/.installed

.PHONY: demo test check perf peers clean

demo: $(STAMP)
	$(BIN)/astrolabe demo

test: $(STAMP)
	$(BIN)/python -m pytest -n 2

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

perf: $(STAMP) $(PEERS)/.installed
	ASTROLABE_PEERS_PYTHON=$(PEERS)/bin/python $(BIN)/python -m perf

peers: $(STAMP) $(PEERS)/.installed
	ASTROLABE_PEERS_PYTHON=$(PEERS)/bin/python $(BIN)/python -m perf.peers.agreement

clean:
	rm -rf $(VENV) $(PEERS)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

# The tools we are measured against live apart, never among our dependencies.
$(PEERS)/.installed: perf/peers/requirements.txt constraints.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r $<
	touch $@
