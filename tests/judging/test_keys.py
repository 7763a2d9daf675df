"""A key goes to its own address alone, and into no file."""

import pytest

from schemas.errors import SettingsError
from schemas.settings.judge import OPENAI
from tasks.judging.client import Client
from tasks.judging.endpoint import Endpoint, check_keys, key_of, parse_endpoint, parse_model
from tests.support.judging_scene import questions, run, scene
from tests.support.scripted_endpoint import Fault, Scripted

SECRETS = {
    "OPENAI_API_KEY": "sk-openai-secret",
    "OPENAI_ORG_ID": "org-secret",
    "OPENAI_PROJECT_ID": "project-secret",
    "OPENAI_ADMIN_KEY": "admin-secret",
    "OPENAI_CUSTOM_HEADERS": "X-Mine: header-secret\nAuthorization: Bearer custom-secret",
}
OWN = {"SHAREGPT_KEY_OURS": "key-of-ours", "SHAREGPT_KEY_JUDGE": "key-of-judge"}


def sent(endpoint: Scripted) -> str:
    return " ".join(f"{name}: {value}" for call in endpoint.calls for name, value in call.headers.items())


def test_no_other_endpoint_sees_what_is_openais(tmp_path):
    """With OpenAI's variables set, neither a model's endpoint nor a judge elsewhere is sent anything of theirs."""
    asked = questions(tmp_path)
    with Scripted(lambda call: "8 9" if "[System]" in call.prompt else call.body["model"]) as endpoint:
        names = [f"--model=ours={endpoint.url}", f"--model=theirs={endpoint.url}"]
        where = ["--questions", asked, "--data", tmp_path / "data"]
        assert run("answer", *names, *where, environment=SECRETS).returncode == 0
        done = run("judge", "--models", "ours,theirs", "--judge", endpoint.url, *where, environment=SECRETS)
        assert done.returncode == 0, done.stderr
    assert len(endpoint.calls) > 12
    assert "secret" not in sent(endpoint)
    assert not any(name.lower() == "authorization" for call in endpoint.calls for name in call.headers)


def test_each_endpoint_gets_its_own_key_and_no_file_holds_one(tmp_path):
    """Keys come from SHAREGPT_KEY_<NAME>; a server that repeats one finds it in no file."""
    asked = questions(tmp_path)

    def script(call):
        if call.tries == 1 and "[System]" in call.prompt:
            return Fault(500, message=f"you sent {call.headers['Authorization']}")
        return (
            f"8 9\n{call.headers['Authorization']}" if "[System]" in call.prompt else f"{call.headers['Authorization']}"
        )

    with Scripted(script) as endpoint:
        where = ["--questions", asked, "--data", tmp_path / "data"]
        files = [f"--model=ours={endpoint.url}", f"--model=theirs={endpoint.url}"]
        done = run("answer", *files, *where, environment=OWN | {"SHAREGPT_KEY_THEIRS": "key-of-theirs"})
        assert done.returncode == 0, done.stderr
        words = ["--models", "ours,theirs", "--judge", endpoint.url, "--set", "judge.retries=0", *where]
        done = run("judge", *words, "--set", "judge.min_judged=0", environment=OWN)
        assert done.returncode == 0, done.stderr
        done = run("judge", *words, environment=OWN)
        assert done.returncode == 0, done.stderr
    by_key = {call.headers["Authorization"] for call in endpoint.calls if "[System]" in call.prompt}
    assert by_key == {"Bearer key-of-judge"}
    assert {call.headers["Authorization"] for call in endpoint.calls[:6]} == {
        "Bearer key-of-ours",
        "Bearer key-of-theirs",
    }
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(key.encode() in content for key in [*OWN.values(), "key-of-theirs"]), path
    assert not any(key in done.stdout + done.stderr for key in OWN.values())


def test_openais_key_is_the_judges_at_openais_address_alone():
    """Another name, another host or a longer path is another address."""
    known = {"OPENAI_API_KEY": "sk"}
    assert key_of(Endpoint("judge", OPENAI, "gpt-4"), known) == "sk"
    for name, url in (
        ("vicuna", OPENAI),
        ("judge", "http://api.openai.com/v1"),
        ("judge", "https://api.openai.com.example.org/v1"),
        ("judge", "https://api.openai.com:444/v1"),
        ("judge", "https://example.org/v1"),
    ):
        assert key_of(Endpoint(name, url, "gpt-4"), known) is None
    assert key_of(Endpoint("judge", OPENAI, "gpt-4"), known | {"SHAREGPT_KEY_JUDGE": "own"}) == "own"


@pytest.mark.parametrize(
    "word",
    ["ours=http://user:hunter2@host/v1", "ours=https://host/v1?key=abc", "ours=https://tok3n@host/v1"],
)
def test_an_address_that_holds_a_secret_is_refused_without_repeating_it(word):
    """The sentence names the variable that a key belongs in."""
    with pytest.raises(SettingsError, match="SHAREGPT_KEY_OURS") as caught:
        parse_model(word)
    assert not any(secret in str(caught.value) for secret in ("hunter2", "abc", "tok3n"))


def test_two_names_that_share_a_variable_are_refused():
    """a-b and a.b would both read SHAREGPT_KEY_A_B: one key would go to the other's host."""
    one, other = (parse_endpoint(name, f"https://{name}.org/v1", name) for name in ("a-b", "a.b"))
    with pytest.raises(SettingsError, match="SHAREGPT_KEY_A_B"):
        check_keys([one, other])


@pytest.mark.parametrize("word", ["ours", "=http://h/v1", "ours=", "a b=http://h", "judge=http://h/v1", "ours=ftp://h"])
def test_what_names_no_model_is_one_sentence(word):
    """A model is NAME=URL or NAME=FILE, and never the judge."""
    with pytest.raises(SettingsError):
        parse_model(word)


def test_a_model_may_be_called_otherwise_at_its_address(tmp_path):
    """What follows # is the model's name there; without it, it is the name in the figures."""
    found = parse_model("ours=https://host:8000/v1/#org/model-7b")
    assert found == Endpoint("ours", "https://host:8000/v1", "org/model-7b")
    assert parse_model("ours=https://host/v1").model == "ours"
    assert parse_model(f"ours={tmp_path}/a.jsonl") == ("ours", tmp_path / "a.jsonl")
    assert Client.__doc__


def test_a_judge_elsewhere_needs_no_key(tmp_path):
    """Without a key no Authorization is sent at all."""
    words = scene(tmp_path, 1)
    with Scripted(lambda _: "8 9") as endpoint:
        assert run("judge", *words, "--judge", endpoint.url, "--orders", "first").returncode == 0
    assert all("Authorization" not in call.headers for call in endpoint.calls)
