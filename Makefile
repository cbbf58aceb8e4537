# The commands of this course; `make` alone lists them. Whichever needs it first makes
# .venv and installs there exactly what requirements.lock names. That takes Python 3.11,
# 3.12 or 3.13, pip and make. To name a Python: make book PYTHON=python3.12

BIN := .venv/bin
READY := .venv/ready
UV := $(BIN)/uv pip install --python $(BIN)/python --compile-bytecode
CANDIDATES := $(or $(PYTHON),python3 python3.13 python3.12 python3.11)

VERSION := import sys; print("%d.%d.%d" % sys.version_info[:3])
MADE_FOR := import os, sys; print(os.getcwd(), sys.version_info[:2])

# .venv/ready is written when everything is installed, and says for which folder and
# Python. Where that is not so (the folder was moved, that Python was removed, another
# is named, or an installation was cut off), .venv is made anew.
WRITTEN := $(shell cat $(READY) 2>/dev/null)
PRESENT := $(shell $(or $(PYTHON),$(BIN)/python) -c '$(MADE_FOR)' 2>/dev/null)
ifneq "$(WRITTEN)" "$(or $(PRESENT),none)"
ANEW := yes
.PHONY: $(READY)
endif

.DEFAULT_GOAL := help
.PHONY: help book check test style lighthouse lab notebooks oracle bench lock \
    address gettext pdf handouts clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

# Pages with warnings are read again next time, so that a second run fails too.
# SOLUTIONS=no, in the environment of the build, leaves out all solutions.
book: $(READY) ## build the site, any warning an error, and print its address
	@$(BIN)/jupyter-book build . -W -n --keep-going \
	    || { rm -rf _build/.doctrees; exit 1; }

pdf: book ## make one PDF of the whole book, with Chromium
	@$(BIN)/python -m book.site.pdf

check: style ## the quick checks, and the chapters that differ from the branch main
	$(BIN)/python -m pytest --nbval -m "not slow" --chapters=$(or $(CHAPTERS),changed)

test: style ## every check, every test and every chapter
	$(BIN)/python -m pytest --nbval --cov

style: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/codespell
	$(BIN)/deptry .
	$(BIN)/lint-imports

# PAGES="chapters/claims" measures only these.
lighthouse: $(READY) ## measure the built site (needs Node.js and Chromium)
	$(BIN)/python -m book.site.lighthouse $(PAGES)

lab: $(READY) ## open the chapters in JupyterLab
	$(BIN)/jupyter lab

notebooks: $(READY) ## run all chapters and store their outputs (one: CHAPTER=03)
	$(BIN)/python -m book.notebooks $(CHAPTER)

handouts: $(READY) ## copy the chapters without solutions (one: CHAPTER=03)
	@$(BIN)/python -m book.notebooks.handouts _build/handouts $(CHAPTER)

# PARTS="api tabs" runs only these; PYTHON36 and PYTHON37 name Pythons.
oracle: $(READY) ## run TensorFlow 1 again, where Python 3.6 and 3.7 are at hand
	@$(BIN)/python data/make_tf1.py $(PARTS) $(PYTHON36:%=--python36=%) \
	    $(PYTHON37:%=--python37=%)

# TABLES="ways growth" measures only these; QUICK=yes only shows that everything runs.
# PyTorch goes into .peers, where pip finds it; without it its ways are left out.
bench: $(READY) ## measure how fast LSTMs are trained, in many ways
	@test -e .peers/ready || { \
	    rm -rf .peers && $(BIN)/python -m venv .peers \
	    && .peers/bin/python -m pip install --quiet -r data/benchmarks/peers.txt 2> /dev/null \
	    && touch .peers/ready; \
	} || { echo "PyTorch could not be installed; its ways are left out."; rm -rf .peers; }
	@$(BIN)/python -m book.bench $(QUICK:%=--quick) $(TABLES)

# Extras stay in the lock: without them an old pip takes `coverage[toml]` for something
# that `coverage==…` does not pin.
lock: $(READY) ## write requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --universal --all-extras --no-strip-extras \
	    --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 pyproject.toml -o requirements.lock

address: $(READY) ## write the public address (pyproject.toml) where it is shown
	$(BIN)/python -m book.site.address

gettext: $(READY) ## extract all texts to translate into _build/gettext
	$(BIN)/jupyter-book build . --builder custom --custom-builder gettext -q
	$(BIN)/python -m book.site.language

clean: ## remove what was built and cached, but no environment
	rm -rf _build .pytest_cache .ruff_cache .coverage .coverage.* *.egg-info
	find book chapters data tests \( -name __pycache__ -o -name .cache \
	    -o -name .ipynb_checkpoints \) -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
ifdef ANEW
	@for python in $(CANDIDATES); do \
	    version=$$($$python -c '$(VERSION)' 2>/dev/null) || continue; \
	    case $$version in \
	        3.11.* | 3.12.* | 3.13.*) ;; \
	        *) found="$$found; $$python is $$version"; continue ;; \
	    esac; \
	    if $$python -c 'import ensurepip, venv' 2>/dev/null; then \
	        echo "Making .venv with Python $$version; this takes some minutes, once."; \
	        exec $$python -m venv --clear .venv; \
	    fi; \
	    found="$$found; $$python ($$version) has no venv module"; \
	    found="$$found (on Debian and Ubuntu: apt-get install python3-venv)"; \
	done; \
	echo "This course needs Python 3.11, 3.12 or 3.13$${found:-; \
	$(firstword $(CANDIDATES)) was not found}." \
	    "To name another: make $(or $(firstword $(MAKECMDGOALS)),book)" \
	    "PYTHON=python3.12" >&2; \
	exit 1
endif
	@sed -n '/^uv==/,/[^\]$$/p' requirements.lock > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --require-hashes -r .venv/uv.txt
	$(UV) --require-hashes -r requirements.lock
	$(UV) --no-deps --no-build-isolation -e .
	@$(BIN)/python -c '$(MADE_FOR)' > $(READY)
