# Everything a newcomer needs; each target sets up what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PEERS ?= .venv-peers
DOLA ?= .venv-dola
STAMP := $(VENV)/.installed

.PHONY: demo test check perf peers dola clean

demo: $(STAMP)
	$(BIN)/astrolabe demo

test: $(STAMP)
	$(BIN)/python -m pytest -n 2

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

perf: $(STAMP) $(PEERS)/.installed $(DOLA)/.installed
	ASTROLABE_PEERS_PYTHON=$(PEERS)/bin/python ASTROLABE_DOLA_PYTHON=$(DOLA)/bin/python \
		ASTROLABE_DOLA_CODE=$(DOLA)/DoLa $(BIN)/python -m perf

peers: $(STAMP) $(PEERS)/.installed
	ASTROLABE_PEERS_PYTHON=$(PEERS)/bin/python $(BIN)/python -m perf.peers.agreement
	ASTROLABE_PEERS_PYTHON=$(PEERS)/bin/python $(BIN)/python -m perf.peers.dictionaries

dola: $(DOLA)/.installed

clean:
	rm -rf $(VENV) $(PEERS) $(DOLA)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

# The tools we are measured against live apart, never among our dependencies.
$(PEERS)/.installed: perf/peers/requirements.txt constraints.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r $<
	# nnsight asks for it without need; its CUDA build beside a torch for CPUs breaks transformers.
	$(PEERS)/bin/python -m pip uninstall --quiet --yes torchvision
	touch $@

# The released DoLa code brings a transformers of its own, so it cannot live with the others.
$(DOLA)/.installed: perf/peers/released_dola.txt constraints.txt
	$(PYTHON) -m venv $(DOLA)
	$(DOLA)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -r $<
	test -d $(DOLA)/DoLa || git clone --quiet https://github.com/voidism/DoLa $(DOLA)/DoLa
	git -C $(DOLA)/DoLa checkout --quiet 805230e57e63ca561cb759994681b122ff6f81f0
	touch $@
