"""One finished model over the shipped sample, and one server over it, that the serving tests share."""

from pathlib import Path

import pytest

from schemas.settings.serve import Serve
from tasks.serve_model import find_models, serving
from tests.support.serving_scene import by_heart, export


@pytest.fixture(scope="session")
def model_home(sample_root, tmp_path_factory) -> Path:
    """A data root with a finished run, for reading only."""
    home = tmp_path_factory.mktemp("models")
    export(sample_root, home)
    return home


@pytest.fixture(scope="session")
def model(model_home):
    """The checked model of that run."""
    return find_models(model_home, [])[0]


@pytest.fixture(scope="session")
def server(model, sample_root, tmp_path_factory):
    """A server whose engine answers from memory; to what it does not know, with a hundred words that never end."""
    words = model.writer.encoder.tokenizer.engine.encode([" word" * 100])[0].tolist()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SHAREGPT_SERVE_KEY", raising=False)
        by_heart(patch, sample_root, tmp_path_factory.mktemp("memory") / "memory.json", other={model.run: words})
        with serving([model], Serve(port=0)) as started:
            yield started
