"""Names that hold a secret (`DB_PASSWORD`, `apiKey`, `secret access key`), and the value that follows one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

KEY_WORDS = ("key", "token", "secret", "appid", "schlüssel", "clé API", "clave API", "密钥")
PASSWORD_WORDS = (
    "password",
    "passwd",
    "passphrase",
    "pass phrase",
    "passcode",
    "passwort",
    "kennwort",
    "pass",
    "pwd",
    "psk",
    "psw",
    "pw",
)
# The same word in the languages that ChatGPT's users wrote most.
_OFTEN_WORDS = (
    *("contraseña", "contrasena", "senha", "mot de passe", "wachtwoord", "hasło", "parola", "lösenord", "пароль"),
    *("密码", "密碼", "パスワード", "비밀번호", "mật khẩu"),
)
# No capitals of these are looked for: past 64 literals the search leaves its quick way.
SELDOM_WORDS = (
    *("şifre", "sifre", "adgangskode", "passord", "salasana", "heslo", "jelszó", "parolă", "kata sandi", "κωδικός"),
    *("лозинка", "סיסמה", "كلمة المرور", "पासवर्ड", "รหัสผ่าน"),
)
FOREIGN_WORDS = (*_OFTEN_WORDS, *SELDOM_WORDS)


def cased(words: tuple[str, ...]) -> str:
    """Return an alternative of words as they are written: faster to search than ignoring case."""
    forms = [(word, word.capitalize(), word if word in SELDOM_WORDS else word.upper()) for word in words]
    return "|".join(dict.fromkeys(form for three in forms for form in three))


# What closes the name (quotes, brackets, emphasis, the end of a cell), what assigns, what opens the value. Rust and
# Python share the syntax; every repeat is bounded.
_CLOSE = r"[\"'`*_\])}\\]{0,6}"
_OF = (
    r"(?:[ ]\([A-Za-z0-9 ]{1,16}\)|[ ](?:for|FOR|of|on|from|от|для|für|von|de|del|do|da|para|pour)[ ]"
    r"[^\n:=|,.;\"]{1,24})?"
)
_ASSIGN = (
    r"(?:===?|!==?|=>|:=|:-|<-|::?|=|\||,|>|\(|：|→|–|(?:is|was|to|es|ist|lautet|est|é|это)[ \t:]{1,2}|"
    r"[是为為は][ \t:：]{0,2})"
)
_OPEN = r"[ \t]{0,4}(?:@|[A-Za-z]{1,12}\(|[bfru$]{1,2}(?:[\"']))?[\"'`*(\\«“„]{0,5}[ \t]{0,2}[\"'`*]{0,2}"
_ATTRIBUTE = r"[ \t]{1,4}(?:type=[\"'][a-z]{1,12}[\"'][ \t]{1,4})?(?:value|content)=[\"']"  # name="password" value="…"
_DEFAULT = r"[ \t]{0,2}\{[ \n\t]{0,8}default[ \t]{0,8}=[ \t]{0,4}[\"']"  # variable "password" { default = "…"
_FILLED = r"\.(?:send_?[kK]eys|type|fill|setValue|val)\([\"']"  # By.ID, "password").send_keys("…")
_NESTED = r"(?:</key)?>[ \n\t]{0,24}<(?:[vV]alue|string)>"  # <key>password</key><string>…
_TYPE = (  # password: string = "…"
    r"(?:[ ]As[ ][A-Za-z]{1,12}[ ]=[ ][\"]|:[ \t]?[A-Za-z][A-Za-z<>.\[\]?]{0,20}[ \t]?=[ \t]?[\"'`])"
)
_SUFFIX = r"(?:_[A-Za-z0-9]{1,8}|[0-9]{1,2})?"
_FALLBACK = (
    r"[:=][ \t]{0,2}[A-Za-z_.$\[\]'\"()-]{2,60}[ \t]{1,2}(?:\|\||\?\?|\?:|or)[ \t]{1,2}[\"'`]"  # = env.PW || "…"
)
_GAP = (
    rf"(?:{_ATTRIBUTE}|{_NESTED}|{_FALLBACK}|{_DEFAULT}|{_TYPE}|{_FILLED}|{_ASSIGN}{_OPEN}(?:base64:)?|"
    r"[ \t]{0,2}[\"'`]|[ ])"
)
_VALUE = r"[^\s\"'`<>{}()\[\],;|»”\u2e80-\uffef]"
# The end of a table's header, and the line below: Markdown's rule, or values parted in the same way.
_HEADER = r"[\"'`* ]{0,3}(?:\|[ -~]{0,120}\n[ ]?\|?[ :|-]{3}|(?:[,;\t][A-Za-z_\" ]{1,24}){0,8}\n[!-~ ]{1,60}[,;\t])"


def _after(words: tuple[str, ...]) -> str:
    """Return what may close a name of the words; `password for the shop: …`, but keys are not named so."""
    return _CLOSE + ("" if words == KEY_WORDS else _OF) + r"[ \t]{0,4}"


def _before(value: str, words: tuple[str, ...]) -> str:
    """Return a pattern of what stands between the last word of a name and a value, and the value."""
    gap = _GAP.replace("{2,60}", "+")  # without a counter the machine is small, and in Rust as linear
    return rf"{_SUFFIX}{_after(words)}{gap}{value}"


def hint(words: tuple[str, ...], value: str) -> str:
    """Return a pattern without look-around for the names that a value follows, or that head a column."""
    # Two letters are too common to be searched for; these take a colon or an equals sign.
    named = [word for word in words if len(word) > 2 or not word.isascii()]
    short = cased(tuple(word for word in words if word not in named))
    after = f"|(?:{short})[:=][ ]?[\"'`]?{value}" if short else ""
    return rf"(?:{cased(tuple(named))})(?:{_before(value, words)}|{_HEADER}){after}"


# A key has a digit; a password has one, or a sign, or is a word in quotes or at the end of its line.
_SIGN = r"[0-9!@#$%^&*+=?~]"
_LETTER = r"[!#-&*+.-:=-Z^_a-z~\u00c0-\u024f\u0400-\u04ff-]"
_PASSWORD = (
    rf"(?:[A-Za-z0-9._@-]{{2,40}} [/|] )?(?:{_LETTER}{{1,48}}{_SIGN}|{_SIGN}{_LETTER}{{3}}|"
    rf"{_LETTER}{{8,40}}(?:[\"'`\n]|$))"
)
KEY_DIGIT = r"[0-9][A-Za-z0-9_+/.=~!#$%^&*@()-]{3}"
"""What every value of a key holds; one text in ten has any."""
KEY_HINT = rf"(?:{cased(KEY_WORDS)})" + _before(r"[A-Za-z_+/.=~!#$%^&*@()-]{0,48}" + KEY_DIGIT, KEY_WORDS)
KEY_COLUMN_HINT = rf"(?:{cased(KEY_WORDS)}){_HEADER}"
"""Names that a value follows, and that head a column: as one hint, for all texts, both take longer."""
PASSWORD_HINT = hint(PASSWORD_WORDS, _PASSWORD)
FOREIGN_HINT = hint(FOREIGN_WORDS, _PASSWORD)

_NO_NAME = re.compile(r"[^A-Za-z0-9 _.:-]")
_PSEUDONYM = re.compile(r"<(?:API_KEY|PRIVATE_KEY|PASSWORD)_[0-9]{1,9}\Z")
_NAME_CHARS = 40
_NOT_LETTERS = re.compile(r"[^a-z]")
_QUOTED = {quote: re.compile(rf"[^\s{quote}\\]{{3,256}}(?=\\?{quote})") for quote in "\"'`"}
_BARE = re.compile(_VALUE + "{3,160}")
_LINE = re.compile(r"[^\s<\u2e80-\uffef]{3,160}(?=[ \t]*(?:\\?$|\\n| #))", re.M)
_PARAMETER = re.compile(r"[?&;][\w.-]*\Z")
_NEXT_PARAMETER = re.compile("[&;]")
_LINE_BEFORE = re.compile(r"(?:^|\\n)[ \t]*(?:[-*>+$][ \t]+)?(?:export |set |setx |ENV |-e |\$env:)?[\w.-]*\Z", re.M)


class Named(NamedTuple):
    """A name that could hold a secret, and the value that follows.

    Args:
        word: the name's last word as written: `PASSWORD`.
        name: the letters of the name and of what stands before it, small: `export DB_PASSWORD` is exportdbpassword.
        suffix: what follows the last word: `_2`, `_ID`; may be empty.
        start: first character of the last word.
        gap: what assigns, and opens the value.
        at: first character of the value.
        value: the value.
        quoted: whether quotes enclose the value.
        line: whether the line holds nothing but name and value.
    """

    word: str
    name: str
    suffix: str
    start: int
    gap: str
    at: int
    value: str
    quoted: bool
    line: bool


@cache
def _name(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"({cased(words)})({_SUFFIX})(?![A-Za-z0-9])(?:{_after(words)})({_GAP})")


def named_values(text: str, words: tuple[str, ...]) -> Iterator[Named]:
    """Yield what follows each name whose last word is one of the words."""
    for match in _name(words).finditer(text):
        word, suffix, gap = match.groups()
        start, at = match.start(), match.end()
        if gap.startswith(">") and _PSEUDONYM.search(text, max(0, start - 9), match.start(3)):
            continue
        window = max(0, start - _NAME_CHARS)
        before = _NO_NAME.split(text[window:start])[-1]
        name = _NOT_LETTERS.sub("", (before + word).lower())
        quote = next((mark for mark in reversed(gap) if mark in _QUOTED), None)
        closed = _QUOTED[quote].match(text, at) if quote is not None else None
        alone = closed is None and _LINE_BEFORE.search(text, window, start) is not None
        whole = _LINE.match(text, at) if alone else None
        value = closed or whole or _BARE.match(text, at)
        if value is not None:
            cut = value.group()
            if closed is None and _PARAMETER.search(text, window, start):
                cut = _NEXT_PARAMETER.split(cut, maxsplit=1)[0]
            yield Named(word, name, suffix, start, gap, at, cut, closed is not None, whole is not None)
