"""Reduces texts to a person's own words: no code, names, addresses, search operators or sentences of extensions."""

from __future__ import annotations

import numpy as np
import polars as pl

from schemas.settings import Language
from tasks.conversations.prose import strip_to_prose

EXTENSIONS = (
    r"(?i)please (?:write|respond|reply|answer)(?: me)? (?:only )?in (?:the )?[a-z]+(?: language)?\.?"
    r"|ignore (?:all )?(?:the )?previous instructions(?: before this one)?\.?"
    r"|share prompt|save & submit ?cancel|copy code|지금 번역하기"
)
"""Words that browser extensions add to a person's: they show the extension's language, not the person's."""

OPERATORS = (
    r"(?i)\b(?:site|inurl|intitle|intext|filetype|ext|related|cache|allintitle|allinurl):(?:\"[^\"\n]*\"|\S+)"
    r"|(?-i: (?:AND|OR|NOT) )"
    r"|[\w.+-]+@[\w-]+\.[\w.-]+|(?:[a-z]:|\.{0,2})[\\/][\w.-]+(?:[\\/][\w.-]+)+"
)
"""Search operators with what they search, e-mail addresses, paths of files."""

OPERATOR_MARKS, BETWEEN = r"[@\\/]\w|:\S", (" AND ", " OR ", " NOT ")
"""Where none of these stands, there is no operator, address or path; one pattern of all takes seven times as long."""

LETTERS = r"[\p{Latin}\p{Cyrillic}\p{Greek}\d_]"
NAMES = (
    rf"{LETTERS}+_{LETTERS}*|\p{{Ll}}+\p{{Lu}}{LETTERS}*|\p{{Lu}}\p{{Ll}}+\p{{Lu}}{LETTERS}*"
    rf"|{LETTERS}+(?:\.{LETTERS}+)+|[\p{{Latin}}\p{{Cyrillic}}\p{{Greek}}]+\d{LETTERS}*"
)
"""Names of functions, classes, files, products: English by habit, whatever the language of the sentence around them.
Alphabets alone: in scripts without blanks a name stands right beside other words."""

ASCII_NAMES = (
    r"(?-u:[0-9A-Za-z_]+_[0-9A-Za-z_]*|[a-z]+[A-Z][0-9A-Za-z_]*|[A-Z][a-z]+[A-Z][0-9A-Za-z_]*"
    r"|[0-9A-Za-z_]+(?:\.[0-9A-Za-z_]+)+|[A-Za-z]+[0-9][0-9A-Za-z_]*)"
)
"""The same for texts of ASCII alone: half the time."""

CODE_MARKS = (
    r"[{}=<>|\\]|;\r?\n|\w\(|\S,\S+,\S|ERR!|\n\t|FROM |Traceback|0x[0-9a-f]| --\w|\w:\r?\n|\w: \S+\r?\n|^[ \n]*\d{4}-"
    r"|\n(?:git|npm|npx|yarn|pip|docker|kubectl|sudo|curl) |(?:^|\n)(?:error|fatal|warning): |\S {2,}\S+ {2,}\S"
)
"""Where none of these stands, the lines of a text are not looked at one by one."""

CODE_LINE = (
    r"[{}][ \t]*\r?$|(?-u:[0-9A-Za-z_)\]\"'}]);[ \t]*\r?$|[\])}\"'],[ \t]*\r?$|ERR!"
    r"|^[ \t]*(?:import |from [\w.]+ import|def |class |const |let |var |function |return |#include|public |private "
    r"|protected |using |package |fn |func |async |await |@[A-Za-z]|//|/\*|\*/|\$ |>>> |at [A-Za-z]+\.|at [\w.$/]+\("
    r"|#!|(?:data|abstract|sealed|final) class |struct \w+|impl[ <]|namespace \w+|typedef |defer "
    r"|(?:section|global|extern) [._]\w|(?:error|fatal|warning): "
    r"|File \"|Traceback |<\?php|<[/!A-Za-z]|\\[a-z]+\{)"
    r"|^[ \t]*(?:(?:el)?if|for|while|switch|catch|with|try|else)\b[^.?!]*[{:(][ \t]*\r?$|^[ \t]*(?:if|for|while) ?\("
    r"|^[ \t]*[\w.]+\([^()\n]*\)[ \t]*;?\r?$|^[ \t]*[\w.\[\]]+ ?[-+*/]?= ?\S|^[ \t]*FROM [\w.]+(?: (?:AS )?\w+)?\r?$"
    r"|^[ \t]*(?:(?:el)?if|for|while|with|except)\b[^\n]*[\[(=<>][^\n]*:[ \t]*\r?$|; (?:do|then|fi|done)\b"
    r"|^[ \t]*(?:done|fi|esac)\r?$|^[ \t]*[a-z]{2,5} [%$]?\w+, ?[%$]?\w+\r?$"
    r"|^export \w+=|^\d+,\S[^\n]*,\S|^index [0-9a-f]{7}|\S {2,}\S+ {2,}\S"
    r"|^(?:WORKDIR|COPY|RUN|EXPOSE|CMD|ENTRYPOINT|ENV|VOLUME|ARG|LABEL) [^A-Z\n]"
    r"|^(?:git|npm|npx|yarn|pip3?|docker|kubectl|sudo|apt(?:-get)?|curl|wget) [^\n]* --?[a-z]"
    r"|^[ \t]*select\b[^\n]*\bfrom \w+|^[ \t]*(?:where|and|or|on) [\w.]+ (?:=|<|>|is null|is not null|in ?\(|like )"
    r"|^[ \t]*(?:(?:left|right|inner|outer) )*join \w+|^[ \t]*(?:order|group) by [\w.]+(?:,|\r?$| desc| asc|;)"
    r"|^(?:[^\n]* )?(?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE)\b[^\n]*\b(?:FROM|SET|VALUES|WHERE)\b"
    r"|^[ \t]*(?:FROM|(?:LEFT |RIGHT |INNER |OUTER )*JOIN|WHERE|GROUP BY|ORDER BY|HAVING|LIMIT|SELECT)\b[^\n]*[=.,*(>]"
    r"|^[ \t]*(?:- )?[\w.-]+:(?:[ \t]+[^\s]+)?[ \t]*\r?$|^[^,\s]+(?:,[^,\s]*){2,}\r?$"
    r"|^[\w.%-]+:(?:[ \t]+[\w.%/-]+\.\w+)+\r?$"
    r"|^\d{4}-\d\d-\d\d[T ]|^\t\S|^0x[0-9a-fA-F]+|^[\w.]+\.\w*(?:Error|Exception)\b"
)
"""A line of code, of a log or of a table that a person pasted without a fence."""

LIKE_CODE = CODE_LINE.replace(r"\b", "")
"""What all of them match, and more: the borders of words take Rust fifty times as long in a line that is not ASCII."""

CODE_INSIDE = r"=>|<-| :[a-z]\w|\(\)|\)\.|::|->|==|\+=| = |&&|\|\|| --?[a-z][\w-]*(?: |=|$)"
CODE_INSIDE += r"|^(?:git|npm|npx|yarn|pip3?|docker|kubectl|sudo|apt(?:-get)?|curl|wget|ssh|brew|conda|cargo|gcc) \S"
PLAIN_WORD = r"(?:^|[ (\"'])\p{L}[\p{L}'’-]+[,.?!:;)\"']?(?: |\r?$)"
"""Signs of code that a sentence may hold as well; with some plain words it is a sentence."""

QUESTION_FIRST = r"^((?:[\p{L}'’,-]+ +)+[\p{L}'’-]+ ?[?:.!]+)[ \t].*$"
"""A line that asks something, and goes on with the code it asks about."""

SENTENCE = r"^[\p{Lu}¿¡][^\n]*[.?!:]\r?$|[。？！：]|[\p{Han}\p{Hangul}\p{Hiragana}]{4}"
"""What is a sentence even between lines of code."""

CODE_SIGNS = r"[{}()\[\];=<>|&$\\^*_+#@%~/]"
WORDED = r"\p{L}{2}[^\n]*\p{L}{2}|[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]{2}"


def own_words(contents: pl.Series, chars: int, settings: Language) -> pl.Series:
    """Return the first characters of each text's own words.

    Args:
        contents: the texts.
        chars: how many characters of each to return.
        settings: what counts as a line of code.
    """
    prose = strip_to_prose(contents.str.slice(0, 40 * chars)).str.slice(0, 4 * chars).str.replace_all(EXTENSIONS, " ")
    marked = prose.str.contains(OPERATOR_MARKS)
    for word in BETWEEN:
        marked |= prose.str.contains(word, literal=True)
    at = marked.arg_true()
    at = at.filter(prose.gather(at).str.contains(OPERATORS))
    prose = prose.scatter(at, prose.gather(at).str.replace_all(OPERATORS, " "))
    at = prose.str.contains(CODE_MARKS).arg_true()
    words = prose.scatter(at, _without_code(prose.gather(at), settings))
    return _without_names(words).str.strip_chars().str.slice(0, chars)


def _without_names(texts: pl.Series) -> pl.Series:
    """Return each text without names."""
    wide = (texts.str.len_bytes() > texts.str.len_chars()).arg_true()
    stripped = texts.str.replace_all(ASCII_NAMES, " ")
    return stripped.scatter(wide, texts.gather(wide).str.replace_all(NAMES, " "))


def _without_code(texts: pl.Series, settings: Language) -> pl.Series:
    """Return each text without its lines of code; nothing where no other line has two words."""
    split = texts.str.split("\n")
    lines, at = split.explode(empty_as_null=False), np.repeat(np.arange(len(texts)), split.list.len())
    written = (lines != "").arg_true()  # every other line is empty
    code = _is_code(lines.gather(written), settings)
    code = written.filter(code | _amid_code(code.to_numpy(), at[written], lines.gather(written)))
    asked = lines.gather(code).str.extract(QUESTION_FIRST)
    some = np.zeros(len(texts), np.bool_)
    some[at[code]] = True  # the other texts need not be put together again
    others = pl.DataFrame({"at": at, "line": lines.scatter(code, asked)}).filter(some[at]).drop_nulls("line")
    joined = others.group_by("at", maintain_order=True).agg(pl.col("line").str.join("\n"))
    bare = texts.scatter(np.flatnonzero(some), "").scatter(joined["at"], joined["line"])
    return bare.set(~bare.str.contains(WORDED), "")


def _amid_code(code: np.ndarray, text: np.ndarray, lines: pl.Series) -> pl.Series:
    """Return whether each line is between lines of code, in a text that is mostly that, and no sentence.

    Args:
        code: whether each line is code.
        text: the place of the text of each line, in order.
        lines: the lines.
    """
    many = np.bincount(text, minlength=1)
    coded = np.bincount(text, code, len(many))
    seen = np.cumsum(code)
    first = np.cumsum(many) - many
    before = np.append(0, seen)[first]
    place = np.arange(len(text))
    amid = ~code & (seen > before[text]) & (seen < (before + coded)[text]) & (2 * coded >= many)[text]
    at = pl.Series(place[amid])
    found = np.zeros(len(text), np.bool_)
    found[at.filter(~lines.gather(at).str.contains(SENTENCE)).to_numpy()] = True
    return pl.Series(found)


def _is_code(lines: pl.Series, settings: Language) -> pl.Series:
    """Return whether each line is code; each pattern is asked only where those before it leave that open."""
    size = lines.str.len_bytes()
    code = lines.str.count_matches(CODE_SIGNS) >= settings.code_signs * size.clip(lower_bound=8)
    unclear = ((size <= settings.code_line_chars) & ~code).arg_true()
    alike = unclear.filter(lines.gather(unclear).str.contains(LIKE_CODE))
    code = code.scatter(alike, lines.gather(alike).str.contains(CODE_LINE))
    unclear = unclear.filter(~code.gather(unclear))
    unclear = unclear.filter(lines.gather(unclear).str.contains(CODE_INSIDE))
    return code.scatter(unclear, lines.gather(unclear).str.count_matches(PLAIN_WORD) < settings.plain_words)
