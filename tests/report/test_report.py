import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from flows.artifacts import report_markdown
from schemas.reasons import Reason
from tasks.store.catalogue import connect
from tasks.store.versions import Published
from tests.support import hostile_rows
from tests.support.browser import CHROMIUM
from tests.support.hostile_rows import KEY, MAIL
from tests.support.page_elements import Elements
from tests.support.pipeline import run

MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """What was published from hostile rows."""
    folder = tmp_path_factory.mktemp("hostile")
    return run(hostile_rows.write(folder), folder / "data", pages=True)


@pytest.fixture(scope="module")
def dangerous(hostile: Published) -> Path:
    """The version published from hostile rows."""
    return hostile.path


def test_the_page_of_a_run_has_the_tables_of_the_report(hostile: Published):
    """Prefect's page cannot link to a file: it shows the report's tables, no secret in them, and the path as text."""
    text = report_markdown(hostile)
    assert f"`{(hostile.path / 'report.html').resolve()}`" in text
    funnel = hostile.manifest.funnel[0]
    assert f"| ingested | {funnel.conversations_in:,} | {funnel.conversations_kept:,} |" in text
    assert {"## Numbers", "## Funnel", "## Languages"} <= set(text.splitlines())
    assert KEY not in text
    assert MAIL not in text
    assert "://" not in text


def test_report_holds_no_element_from_the_data(dangerous: Path):
    """A report of hostile rows has one script and one style, both its own, no handler and no address."""
    page = Elements((dangerous / "report.html").read_text(encoding="utf-8"))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == 1
    assert tags.count("style") == 1
    assert not {"img", "iframe", "base", "object", "embed", "link", "form", "plaintext"} & set(tags)
    for tag, attributes in page.elements:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert name not in {"src", "srcdoc", "action", "style"}, (tag, name)
            assert name != "href" or (value or "").startswith("#"), (tag, value)


def test_hostile_words_are_shown(dangerous: Path):
    """What hostile rows say can be read in the report, as words."""
    words = "".join(Elements((dangerous / "report.html").read_text(encoding="utf-8")).words)
    assert "<script>document.title='owned'</script>" in words
    assert "{{ page.settings }}" in words
    assert "␀" in words or "\x00" not in words


def test_policy_allows_the_own_script_alone(dangerous: Path):
    """The page's policy names its script and style by their hashes and forbids all else."""
    text = (dangerous / "report.html").read_text(encoding="utf-8")
    policy = dict(Elements(text).elements)["meta"]
    found = [attributes for tag, attributes in Elements(text).elements if attributes.get("http-equiv")]
    assert policy is not None
    assert found[0]["content"] is not None
    assert found[0]["content"].startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in found[0]["content"]


def test_no_secret_lies_below_the_shards(dangerous: Path):
    """No file of a version holds a secret of its source: plain, behind entities, cut by tags or by a row's end."""
    for path in dangerous.rglob("*"):
        if path.suffix in {".html", ".md", ".json"}:
            text = path.read_text(encoding="utf-8")
            bare = re.sub(r"<[^<>]*>|&lt;.*?&gt;", "", text)
            for secret in (
                KEY,
                KEY[:20],
                KEY[9:30],
                MAIL,
                hostile_rows.CARD,
            ):
                assert secret not in text, (path.name, secret)
                assert secret not in bare, (path.name, secret)
            assert MAIL.partition("@")[0] not in text.replace("&#64;", "@")


def test_every_reason_has_its_sentence_and_samples(sample_root: Path):
    """Each reason that the sample's rows met stands in the report with its sentence and at least one example."""
    version = run_folder(sample_root)
    text = (version / "report.html").read_text(encoding="utf-8")
    manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
    sentences = {reason.value: reason.sentence for reason in Reason}
    words = " ".join(" ".join(Elements(text).words).split())
    for line in manifest["rejections"]:
        section = text.split(f'id="reason-{line["reason"]}"')[1].split("</details>")[0]
        assert sentences[line["reason"]] in words
        shown = section.count('<article class="sample">')
        assert shown == min(10, max(line["conversations"], shown))
        assert shown >= 1


def test_a_turn_changed_in_two_places_is_one_changed_turn(sample_root: Path):
    """What the report counts of a repair is the turns and conversations that it was made in, not its places."""
    version = run_folder(sample_root)
    text = (version / "report.html").read_text(encoding="utf-8")
    with connect(sample_root, version) as connection:
        made = connection.execute(
            "SELECT kind, count(DISTINCT (row_id, turn)), count(DISTINCT row_id), count(*) FROM repairs GROUP BY kind"
        ).fetchall()
    assert any(places > turns for _, turns, _, places in made)
    for kind, turns, conversations, _ in made:
        words = " ".join(Elements(text.split(f'id="repair-{kind}"')[1].split("</summary>")[0]).words)
        told = [int(number) for number in re.findall(r"([\d]+) (?:conversation|turn)", words.replace(",", ""))]
        assert told == [conversations, turns], kind


def run_folder(root: Path) -> Path:
    """Return the current version's folder."""
    return root / "07_shards" / json.loads((root / "07_shards" / "latest.json").read_text())["version"]


def test_report_is_light_and_says_the_funnel(sample_root: Path):
    """The report is smaller than 3 MB and shows the manifest's numbers."""
    version = run_folder(sample_root)
    text = (version / "report.html").read_text(encoding="utf-8")
    assert len(text.encode()) < MOST_BYTES
    manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
    for line in manifest["funnel"]:
        cells = [line["stage"], line["conversations_in"], line["conversations_kept"], line["turns_dropped"]]
        row = text.split(f">{cells[0]}</td>")[1].split("</tr>")[0]
        assert all(f">{cell:,}</td>" in row for cell in cells[1:])
    assert "context 2,048" in text


def test_report_is_read_without_eyes_and_without_a_mouse(sample_root: Path):
    """Landmarks hold everything, columns have a scope, plots a name, and what scrolls is said to and takes focus."""
    text = (run_folder(sample_root) / "report.html").read_text(encoding="utf-8")
    assert [text.count(f"<{name}") for name in ("main", "nav")] == [1, 1]
    assert 'href="#main">To the report' in text
    assert [head for head in re.findall(r"<th[^>]*>", text) if 'scope="col"' not in head] == []
    assert [svg for svg in re.findall(r"<svg[^>]*>", text) if 'aria-label="' not in svg] == []
    assert text.count('<div class="scroll"') == len(
        re.findall(r'<div class="scroll" role="group" aria-label="[^"]+', text)
    )
    assert "scrolls sideways" in text
    assert "tabIndex = 0" in text


def test_report_says_what_it_was_made_of_and_for_which_tokens(sample_root: Path):
    """Its head has the files, release and code, and where the time stands; languages and splits have their tokens."""
    version = run_folder(sample_root)
    text = (version / "report.html").read_text(encoding="utf-8")
    manifest = json.loads((version / "manifest.json").read_text(encoding="utf-8"))
    head = " ".join(" ".join(Elements(text.split("</header>")[0]).words).split())
    assert all(name in head for name in manifest["sources"])
    assert f"digest {manifest['digests']['code'][:12]}" in head
    assert f"FROM runs WHERE version = '{version.name}'" in head
    tables = {}
    for table in (part.split("</table>")[0] for part in text.split("<table>")[1:]):
        tables[" ".join(re.findall(r"<th[^>]*>([^<]*)", table))] = re.findall(r'<td class="n">([^<]*)</td>', table)
    for names, place in (
        ("language kept dropped for it tokens with loss", 2),
        ("split samples tokens with loss % of tokens", 1),
    ):
        assert sum(int(cell.replace(",", "")) for cell in tables[names][place::4]) == manifest["tokens"]


def test_same_version_gives_the_same_report(sample_root: Path, sample: Path, tmp_path: Path):
    """Two data roots with the same input and settings hold the same report and card, byte for byte."""
    first, second = run_folder(sample_root), run(sample, tmp_path / "again", pages=True).path
    assert first.name == second.name
    for name in ("report.html", "README.md"):
        assert sha256(first / name) == sha256(second / name)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_report_says_what_changed(sample: Path, sample_root: Path, tmp_path: Path):
    """After a change of settings the report names the setting, both values, and the rows that met another fate."""
    root = Path(shutil.copytree(sample_root, tmp_path / "data", symlinks=True))
    version = run(sample, root, "language.keep=all", "privacy.salt=mine", pages=True).path
    text = (version / "report.html").read_text(encoding="utf-8")
    section = text.split('id="versions"')[1].split('id="settings"')[0]
    assert "language.keep" in section
    assert "unwanted_language" in section
    assert "mine" not in "".join(Elements(text).words).split()


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt-get install chromium)")
def test_hostile_rows_do_nothing_in_a_browser(dangerous: Path, tmp_path: Path):
    """In Chromium the report of hostile rows keeps its title, its layout and its own script's paging."""
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    command = [str(CHROMIUM), *flags, f"--user-data-dir={tmp_path}", "--dump-dom", str(dangerous / "report.html")]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    page = Elements(dom)
    assert "owned" not in dom.partition("</title>")[0]
    assert [tag for tag, _ in page.elements].count("script") == 1
    assert 'id="settings"' in dom
    assert "1 of 10" in dom


def test_another_setting_is_another_version(sample: Path, sample_root: Path, tmp_path: Path):
    """Settings that change no fate still make a version of their own, whose report and manifest name them."""
    root = Path(shutil.copytree(sample_root, tmp_path / "data", symlinks=True))
    versions = [run(sample, root, f"deduplication.threshold={value}", pages=True) for value in (0.8, 0.79)]
    assert versions[0].version != versions[1].version
    settings = [version.manifest.settings["deduplication"]["threshold"] for version in versions]
    assert settings == [0.8, 0.79]
