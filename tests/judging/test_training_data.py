"""A model that may have seen the questions in training is not compared as if it had not."""

import json
import shutil

import pytest

from tasks.judging.questions import read_questions
from tasks.judging.training_data import check_leaks
from tests.support import pipeline
from tests.support.judging_scene import run, scene, write_lines
from tests.support.scripted_endpoint import Scripted

QUESTIONS = [
    {
        "question_id": 1,
        "category": "a",
        "text": "How would you explain to a patient friend why the tides come twice a day?",
    },
    {
        "question_id": 2,
        "category": "b",
        "text": "Write a short and honest letter to the landlord about a leaking kitchen tap.",
    },
]


def short_source(sample, folder):
    """Write the first rows of the sample, which is enough of a data root here."""
    path = folder / "few.json"
    path.write_text(json.dumps(json.loads((sample / "sharegpt_2023.json").read_text())[:6]))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory, sample):
    """A data root whose rows were decontaminated against the questions, and a run that was trained on it."""
    folder = tmp_path_factory.mktemp("made")
    asked = write_lines(folder / "asked.jsonl", QUESTIONS)
    done = pipeline.run(short_source(sample, folder), folder / "data", f"decontamination.files={asked}::text")
    run_folder = folder / "data" / "08_models" / "vicuna"
    run_folder.mkdir(parents=True)
    (run_folder / "manifest.json").write_text(json.dumps({"run": "vicuna", "version": done.version, "files": []}))
    return folder


@pytest.fixture
def root(made, tmp_path):
    """A copy of it; the benchmark's file stays where it was."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def leak(root, judge=None, name="vicuna", served=None, asked="asked.jsonl"):
    from schemas.settings.judge import Judge

    file = root / asked
    stored = {name: [{"served_model": served}]}
    [found] = check_leaks(root / "data", stored, file, read_questions(file), judge or Judge())
    return found


def test_a_decontaminated_model_is_compared(root):
    """The report says which version was searched for how many questions."""
    found = leak(root)
    assert found.state == "decontaminated"
    assert "all 2 questions were looked for" in found.detail


def test_a_model_is_known_by_what_its_endpoint_serves(root):
    """Under another name the run is found in the path that the endpoint serves; a foreign model is unknown."""
    assert leak(root, name="ours", served="/srv/08_models/vicuna/final").state == "decontaminated"
    assert leak(root, name="gpt35", served="gpt-3.5-turbo-0301").state == "unknown"


def test_questions_that_were_not_looked_for_refuse_the_model(root):
    """One question more than the data was searched for: refused with the mend, or reported where told so."""
    from schemas.errors import SettingsError
    from schemas.settings.judge import Judge

    write_lines(
        root / "more.jsonl", [*QUESTIONS, {"question_id": 3, "category": "c", "text": "And what of a new one?"}]
    )
    with pytest.raises(SettingsError, match="1 of 3 questions were not looked for") as caught:
        leak(root, asked="more.jsonl")
    assert "decontamination.files" in str(caught.value)
    found = leak(root, Judge(leakage="report"), asked="more.jsonl")
    assert found.state == "not decontaminated"


@pytest.mark.parametrize("change", ["the file changed", "the version is gone", "nothing was looked for"])
def test_what_cannot_be_shown_is_not_taken_for_granted(root, made, sample, change):
    """A benchmark file that changed since, data that was removed, data that was never searched: each is refused."""
    from schemas.errors import SettingsError

    if change == "the file changed":
        (made / "asked.jsonl").write_text((root / "asked.jsonl").read_text() + "\n")
    elif change == "the version is gone":
        shutil.rmtree(root / "data" / "07_shards")
    else:
        done = pipeline.run(short_source(sample, root), root / "data")
        manifest = {"run": "vicuna", "version": done.version, "files": []}
        (root / "data" / "08_models" / "vicuna" / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SettingsError, match="vicuna was trained in this data root"):
        leak(root)
    shutil.copy(root / "asked.jsonl", made / "asked.jsonl")


def test_the_command_refuses_and_the_report_says(tmp_path):
    """`sharegpt judge` stops before anything is asked; told to report, judge.html names the model's state."""
    words = scene(tmp_path, models=("vicuna", "theirs"))
    folder = tmp_path / "data" / "08_models" / "vicuna"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"run": "vicuna", "version": "gone"}))
    with Scripted(lambda _: "8 9") as endpoint:
        done = run("judge", *words, "--judge", endpoint.url)
        assert done.returncode == 1
        assert "judge.leakage=report" in done.stderr
        assert endpoint.calls == []
        done = run("judge", *words, "--judge", endpoint.url, "--set", "judge.leakage=report")
    assert done.returncode == 0, done.stderr
    version = json.loads((tmp_path / "data" / "10_judgements" / "latest.json").read_text())["version"]
    page = (tmp_path / "data" / "10_judgements" / version / "judge.html").read_text()
    assert "is no longer there to look at" in page
    assert "it was not trained in this data root" in page
