"""`sharegpt.toml`: what it may say, where it is found, and what it gives way to."""

from pathlib import Path

import pytest
from langdetect import detector_factory
from typer.testing import CliRunner

from flows.cli import app, commands
from schemas.errors import SettingsError
from schemas.settings import Language, Settings, Tokens
from schemas.settings.language import LANGUAGE_CODES
from tasks.language.evidence import LANGUAGES
from tasks.runtime.config_file import find_config, make_settings, over, read_config

assert commands  # registers the commands

TOML = """
source = "raw"
[language]
keep = ["en", "de"]
[tokens]
context = 1024
[profiles.short.tokens]
context = 512
[profiles.short]
source = ["a", "b"]
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sharegpt.toml"
    path.write_text(TOML, "utf-8")
    return path


def test_a_profile_lies_over_the_rest(file):
    """A profile names only what it changes; without one, the file's own fields hold."""
    plain, short = read_config(file), read_config(file, "short")
    assert (plain.sources, plain.fields["tokens"]) == (("raw",), {"context": 1024})
    assert (short.sources, short.fields["tokens"]) == (("a", "b"), {"context": 512})
    assert short.fields["language"] == {"keep": ["en", "de"]}
    assert make_settings(over({"tokens": {"context": 4096}}, short.fields)).tokens.context == 4096


def test_a_mark_at_its_begin_is_no_part_of_it(file):
    """Editors of Windows put a byte order mark before the text, and end lines in two characters."""
    file.write_bytes(b"\xef\xbb\xbf" + TOML.strip().replace("\n", "\r\n").encode())
    assert read_config(file).fields["tokens"] == {"context": 1024}


def test_it_lies_beside_the_data_root_and_nowhere_else(file, tmp_path):
    """The parent folder of the data root holds it; another is named, and an empty name means none."""
    assert find_config(tmp_path / "data", None) == file
    assert find_config(tmp_path / "below" / "data", None) is None
    assert find_config(tmp_path / "data", "") is None
    with pytest.raises(SettingsError, match=r"no\.toml does not exist"):
        find_config(tmp_path, "no.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[langage]\nkeep = 'en'", "no section 'langage'.*mean language?"),
        ("[tokens]\ncontxt = 1", "no field 'contxt'.*mean context?"),
        ("[tokens]\ncontext = 1", "tokens.context = 1"),
        ("[language]\nkeep = 'english'", "'english' is no .*mean en"),
        ("tokens = 3", "tokens is a section"),
        ("x = [", "is not valid TOML"),
        ("[runner]\naddress = 'tcp://scheduler:8786'", "may not hold runner.address"),
        ("[privacy]\nsalt = 'x'", "may not hold privacy.salt"),
        ("source = 'https://me:secret@host/x.json'", "may not hold a password"),
        ("source = 'https://host/x.json?download=true&X-Amz-Signature=secret'", "may not hold a token or a signature"),
        ("source = [3]", "source is a text"),
        ("[profiles.b.tokens]\ncontxt = 1\n[profiles.a]", "profile b: tokens has no field 'contxt'"),
        ("[profiles.b.privacy]\nsalt = 'x'\n[profiles.a]", "may not hold privacy.salt"),
        ("[profiles.a.tokens]\ncontxt = 1", "no field 'contxt'"),
    ],
)
def test_a_mistake_is_told_with_the_file_and_the_mend(tmp_path, text, words):
    """Whatever cannot be meant is refused before anything runs, in every profile too."""
    path = tmp_path / "sharegpt.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=words) as told:
        read_config(path, "a" if "profiles" in text else None)
    assert "secret" not in str(told.value)


def test_an_unknown_profile_names_those_that_are_there(file):
    """The nearest one is guessed."""
    with pytest.raises(SettingsError, match=r"no profile .shrt.; there are: short\. Did you mean short"):
        read_config(file, "shrt")


def test_a_run_takes_flags_over_the_file_over_the_deployment(file):
    """What a deployment names is the weakest but the defaults; what a run itself is given is the strongest."""
    from flows import clean

    deployed = {"language": {"keep": ["fr"]}, "tokens": {"context": 2048}}
    given = Settings(language=Language(keep=("fr",)), tokens=Tokens(context=256))
    found = clean.with_file(given, read_config(file), deployed)
    assert found.language.keep == ("en", "de")
    assert found.tokens.context == 256


def test_settings_shows_where_a_value_comes_from(file, tmp_path):
    """Value, origin, default, bounds and meaning; the file is named on stderr."""
    words = [
        "settings",
        "tokens.context",
        "language.keep",
        "--data",
        str(tmp_path / "data"),
        "--set",
        "tokens.context=99",
    ]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.stdout.startswith('language.keep = ["en", "de"]  (sharegpt.toml)')
    assert "tokens.context = 99  (--set)" in done.stdout
    assert "default 2048" in done.stdout
    assert str(file) in done.stderr


def test_every_language_that_is_told_has_a_code():
    """The codes that a setting may name are those that the detectors give."""
    profiles = {path.name for path in Path(detector_factory.PROFILES_DIRECTORY).iterdir()}
    assert set(LANGUAGE_CODES) == {*LANGUAGES, *profiles, "zh"}
