"""Files that are no UTF-8 are named with what they look like, and read where a setting says what they are."""

import pytest

from schemas.errors import SourceError
from schemas.settings import Input
from tasks.ingest import ingest
from tasks.sources.plan import plan
from tests.support.raw_rows import text_in

LINES = {
    "cp1252": ["Don’t worry – the café is open.", "Où est la bibliothèque ?", "Die Brücke über die Straße."],
    "gb18030": ["你好，请帮我写一封信给我的老师。", "今天天气很好，我们去公园散步吧。"],
    "shift_jis": ["こんにちは、手紙の書き方を教えてください。", "今日は天気がいいので散歩に行きます。"],
    "euc_kr": ["안녕하세요, 편지 쓰는 법을 알려 주세요.", "오늘은 날씨가 좋아서 산책을 갑니다."],
}
NAMES = {"cp1252": "Windows-1252", "gb18030": "GBK", "shift_jis": "Shift-JIS", "euc_kr": "EUC-KR"}


def written(words):
    """Return JSON lines that escape nothing."""
    turn = '{{"from": "human", "value": "{}"}}'
    return "\n".join(f'{{"id": "{at}", "conversations": [{turn.format(text)}]}}' for at, text in enumerate(words))


@pytest.mark.parametrize("charset", LINES)
def test_another_charset_is_named_and_read_on_demand(charset, tmp_path):
    """The sentence names the likely charset and the setting; with it every character comes back."""
    path = tmp_path / "raw.jsonl"
    path.write_bytes(written(LINES[charset]).encode(charset))
    with pytest.raises(SourceError, match=rf"raw.jsonl is not UTF-8, it looks like {NAMES[charset]}.*--set input.enc"):
        plan(str(path), tmp_path / "spool")
    parts = plan(str(path), tmp_path / "spool", reading=Input(encoding=charset))
    rows = [row for part in parts for read in ingest(part) for row in read.ingested.to_pylist()]
    assert [row["turns"][0]["content"] for row in rows] == LINES[charset]


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_unicode_of_any_width_is_read(charset, tmp_path):
    """UTF-16 and UTF-32 are told with and without a mark."""
    rows = text_in(written(["Zürich – 東京", "𝄞"]).encode(charset), tmp_path, "raw.jsonl")
    assert [row["turns"][0]["content"] for row in rows] == ["Zürich – 東京", "𝄞"]
