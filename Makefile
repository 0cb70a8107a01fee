# Every command makes its own virtual environment first; nothing is installed outside .venv.
PYTHON ?= python3
VENV   := .venv
RUN    := $(VENV)/bin/python
READY  := $(VENV)/.ready

.PHONY: demo test test-long lint bench record notebooks coverage clean

demo: $(READY)
	$(RUN) -m demo

test: lint
	$(RUN) -m pytest -q -n 2 -m "not long"

test-long: $(READY)
	-$(RUN) tests/oracles/install_torch.py
	$(RUN) -m pytest -q -n 2 -m long

lint: $(READY)
	$(RUN) -m ruff check .
	$(RUN) -m mypy

bench: $(READY)
	$(RUN) -m pip install -q --disable-pip-version-check -e ".[bench]"
	-$(RUN) tests/oracles/install_torch.py
	test -d $(VENV)/hips || $(RUN) -m venv $(VENV)/hips
	-$(VENV)/hips/bin/python -m pip install -q --disable-pip-version-check autograd==1.9.1
	$(RUN) -m benchmarks

record: $(READY)
	$(RUN) tests/oracles/install_torch.py
	$(RUN) -m tests.oracles.record

notebooks: $(READY)
	$(RUN) notebooks/build.py $(NAMES)

coverage: $(READY)
	$(RUN) docs/cover.py

NATIVE := setup.py autograd/ops.py autograd/symbol.py autograd/replay/rules.py $(wildcard autograd/replay/native/*.[ch] autograd/replay/native/*source.py optim/*.py)

$(READY): pyproject.toml $(NATIVE)
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install -q --disable-pip-version-check -e ".[dev]"
	touch $@

clean:
	rm -rf $(VENV) demo_out build *.egg-info autograd/replay/native/*.so
