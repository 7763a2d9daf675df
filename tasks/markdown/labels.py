"""The language of a code block: what its class and its header say, and whether that was guessed."""

# ruff: noqa: SIM905  # names read better as lines of words
from __future__ import annotations

import re
from collections.abc import Iterator

from turbohtml import Element, Node, Text

LANGUAGES = frozenset(
    """abap actionscript ada apache apex arduino armasm asm asp assembly autohotkey awk bash basic bat batch bibtex c
    c++ c# cfml clojure cmake cmd cobol coffeescript cpp crystal cs csharp css csv cuda cypher d dart delphi
    diff django docker dockerfile dot elixir elm erb erlang excel f# fish flowchart fortran fsharp gcode
    gdscript gherkin git glsl go gradle graphql graphviz groovy haml handlebars haskell haxe hbs hcl html http
    ini java javascript jinja jinja2 js json json5 jsonc jsonl jsx julia jupyter kotlin kt latex less liquid
    lisp llvm log lua makefile markdown mathematica matlab md mermaid mongodb mysql nasm nginx nim nix objc
    objective-c objectivec ocaml octave opencl pascal perl pgsql php php-template plaintext plantuml plsql po
    postgresql powershell prisma processing prolog promql properties protobuf ps1 pug puppet py python
    python-repl pytorch qml r racket razor regex rest rst ruby rust sas sass scala scheme scss sh shell smarty
    solidity sparql spreadsheet sql sqlite stata stylus svelte svg swift systemverilog tcl terraform tex text
    toml ts tsql tsv tsx twig txt typescript vb vba vbnet vbscript verilog vhdl vim vue wasm xaml xml xquery
    yaml yml zig zsh""".split()
)
"""Names that a header shows, where nothing else tells its label from a button's words."""
SHOWN = {"c++": "cpp", "c#": "csharp", "f#": "fsharp", "objective-c": "objectivec", "plain text": "plaintext"}
"""Names that the page of 2025 and 2026 spells out, and the labels that its writer meant."""
NO_LABEL = frozenset(["code", "copy", "edit", "run"])
MARKS = {
    name: re.compile(pattern, re.MULTILINE)
    for name, pattern in {
        "arduino": r"\bvoid (?:setup|loop)\b|\bdigitalWrite\b|\bSerial\.",
        "c": r"#include\b|\b(?:int|char|void|float|double|struct)\b[\w *]+[(=;{]",
        "cpp": r"#include\b|\bstd::|\b(?:int|void|auto|class|template)\b[\w *&<>:]+[(=;{]",
        "csharp": r"\busing [\w.]+;|\bnamespace \w|\bConsole\.|\b(?:public|private|static|var) [\w<>\[\], ]+[({;=]",
        "css": r"[\w\])*\"] *(?:,[^{};]*)?\{[^{}\"]*?[\w-]+ *: *[^;{}]+;|@(?:media|import|font-face|keyframes)\b",
        "diff": r"^(?:[-+]{3} |@@ |[-+] ?\S)",
        "go": r"^package \w|\bfunc\b *[(\w]|:=|\bfmt\.|^import \(|\bgo (?:run|build|get|mod|test|install)\b",
        "graphql": r"\b(?:type|query|mutation|schema|input|fragment)\b[^{\n]*\{",
        "ini": r"^\[[^\]\n]+\] *$",
        "java": r"\b(?:public|private|import|class|static|System|new)\b.*[;{]",
        "javascript": r"\b(?:const|let|var) [\w{\[$]|\bfunction\b *\w* *\(|=>|\b(?:console|document|window|module)\.\w"
        r"|\brequire\(|^import .*\bfrom\b|^export |===|\);? *$",
        "kotlin": r"\bfun \w|\bva[lr] \w+ *[:=]",
        "less": r"^ *@[\w-]+ *:|\{[^{}]*[\w-]+ *: *[^;{}]+;",
        "lua": r"\blocal (?:function )?\w|\bfunction [\w.:]+\(|\bthen\b[\s\S]*\bend\b|\brequire *\(? *['\"]",
        "makefile": r"^[\w./%$(){} -]+:(?!=)[^\n]*\n\t|^\.PHONY|^\w+ *:= |\$\(\w+\)",
        "markdown": r"^#{1,6} |^(?:[-*+]|\d+\.) |\*\*|\]\(|^```|^> |^\|",
        "objectivec": r"@(?:interface|implementation|property|end)\b|#import\b|\[\w+ \w+[\]:]",
        "perl": r"^#!.*perl|\buse (?:strict|warnings|[A-Z]\w+)|\bmy *[$@%(]|[$@%]\w+ *=~? .*;",
        "php": r"<\?php|\$\w+ *(?:=|->|\[)|\b(?:echo|function|namespace|use) .*[;{]",
        "php-template": r"<\?(?:php|=)",
        "python-repl": r"^>>> ",
        "r": r"<-|\blibrary\(|\bdata\.frame\b|\bc\(",
        "ruby": r"^ *(?:def|class|module) \w[\s\S]*\bend\b|\bdo\b(?: *\|.*\|)?$|\bputs |^require ['\"]|\.each\b",
        "rust": r"\bfn \w|\blet (?:mut )?\w|\bimpl\b|\bprintln!|\buse \w+::|\bcargo \w",
        "scss": r"^ *[$@][\w-]+|\{[^{}\"]*?[\w-]+ *: *[^;{}]+;",
        "stylus": r"^ {2,}[\w-]+ +[^\s{}=(),\"\[\]]+$",
        "swift": r"\bfunc \w|\b(?:let|var) \w+ *[:=]|^import [A-Z]",
        "typescript": r"\b(?:const|let|interface|type|enum|export|import) \w|: *(?:string|number|boolean|any)\b|=>",
        "vbnet": r"^ *(?:Dim \w|End (?:Sub|If|Function|Class|Module)|Imports \w|(?:Public|Private) (?:Sub|Class))",
        "wasm": r"\(module\b|\(func\b",
        "yaml": r"^ *(?:- )?[\w\"'./-]+:(?: |$)",
    }.items()
}
"""What code of a language shows. Where the writer had named no language the page of 2023 let highlight.js guess one of
some forty, and its guess looks as a name does. Counted on real conversations, named : guessed is html 48 : 0,
sh 57 : 0, python 219 : 25, but javascript 65 : 24, go 58 : 51, css 2 : 20, php-template 0 : 15, vbnet 0 : 12,
lua and csharp 0 : 9, perl and makefile 0 : 7. A label that can be a guess stays where the code shows its language."""


def language_of(pre: Element, code: Element | None, text: str, drop_guessed: bool) -> tuple[str | None, str, str]:
    """Return a block's language, where it was found (class, header, none), and the guess that was dropped.

    A class is a label where the header shows it, or where there is no header. The page of December 2022 showed none:
    each of its classes is a guess.

    Args:
        pre: the `<pre>`.
        code: its (first) `<code>`.
        text: the code.
        drop_guessed: whether a label that is more likely a guess is left out.
    """
    name, where = _class(code) or _class(pre), "class"
    shown, has_header = _header(pre, code) if code is not None else (None, False)
    if name is None:
        name, where = shown, "header"
    if name is None:
        return None, "none", ""
    marks = MARKS.get(name.lower())
    if drop_guessed and ((where == "class" and has_header and not shown) or (marks and not marks.search(text))):
        return None, "none", name
    return name, where, ""


def _class(node: Element | None) -> str | None:
    """Return the language that an element's class names."""
    classes = node.attr("class") if node is not None else None
    for word in classes.split() if classes else ():
        if word.startswith("language-") and len(word) > len("language-"):
            return word[len("language-") :]
    return None


def _header(pre: Element, code: Element) -> tuple[str | None, bool]:
    """Return the label that a block's header shows, and whether it has a header.

    The label is its first text, told by position, since the button's words are translated and its tags sanitised away.
    What stands in the header's own line, without an element around it, can be the button's words: it is a label beside
    a button that still stands, or where it is a language's name.
    """
    at: Node = pre
    for tag in ("div", "div", "span"):  # the page of 2023, quickly
        if not len(at) or type(at := at[0]) is not Element or at.tag != tag:
            break
    else:
        if len(at) and type(at[0]) is Text and (words := at.text.split()):
            return _label(" ".join(words), True), True
    has_header = False
    for part in pre.descendants:
        if part is code:
            return None, has_header
        if type(part) is Element:
            has_header = has_header or part.tag in ("div", "span", "button")
        if type(part) is not Text or not part.data.strip():
            continue
        parent = part.parent
        if not isinstance(parent, Element) or any(node.tag in ("button", "svg") for node in _up(parent, pre)):
            continue
        label = " ".join(part.data.split())
        own = parent.tag == "span" or pre.find("button") is not None
        return _label(label, own), True
    return None, has_header


def _up(node: Element, end: Element) -> Iterator[Element]:
    """Yield an element and those around it, up to one that is not."""
    at: object = node
    while isinstance(at, Element) and at is not end:
        yield at
        at = at.parent


def _label(text: str, own: bool) -> str | None:
    """Return a header's text as an info string's first word: a language's name, or any word that is surely a label."""
    lower = text.lower()
    if lower in NO_LABEL:
        return None
    if lower in SHOWN or lower in LANGUAGES:
        return SHOWN.get(lower, lower)
    return text if own and " " not in text and text.isprintable() and len(text) <= 40 else None
