"""Every knob: its bounds, default, meaning and source; one class per concern, one concern per flow parameter."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Policy = Literal["keep", "tag", "drop"]
PiiKind = Literal["email", "phone", "card", "iban", "ip", "api_key", "private_key", "jwt", "password"]


def knob(default: Any, meaning: str, source: str, **bounds: Any) -> Any:
    """Declare a settings field with its sentence and where its default comes from."""
    return Field(default, description=meaning, json_schema_extra={"source": source}, **bounds)


class Concern(BaseModel):
    """Base of all settings: frozen, bounded, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list(cls, given: Any) -> Any:
        """Take one word where a list is asked for: `--set language.keep=de`."""
        if not isinstance(given, dict):
            return given
        return {name: cls._listed(name, value) for name, value in given.items()}

    @classmethod
    def _listed(cls, name: str, value: Any) -> Any:
        field = cls.model_fields.get(name)
        if field is None or not isinstance(value, str) or value == "all" or "tuple" not in str(field.annotation):
            return value
        return (value,) if value else ()


class Markup(Concern):
    """How answers become Markdown."""

    max_answer_chars: int = knob(
        20_000_000,
        "An answer of more characters is kept as text, unconverted.",
        "20 MB is 1,000 × the longest real answer",
        ge=1_000,
        le=1_000_000_000,
    )
    max_depth: int = knob(
        100,
        "Of markup nested in more levels only the text is kept.",
        "real answers nest 12 levels; Python's stack allows some 300 of ours",
        ge=8,
        le=200,
    )


class Language(Concern):
    """Which languages are kept, and what happens where they cannot be told."""

    keep: tuple[str, ...] | Literal["all"] = knob(
        ("en",),
        "Languages of the user to keep (ISO 639-1; zh means zh-cn and zh-tw), or all.",
        "Vicuna's recipe trains on English",
    )
    skip: tuple[str, ...] = knob((), "Languages to drop even where all are kept.", "FastChat's --skip-lang")
    min_confidence: Share = knob(
        0.0, "A language told with less confidence is dropped as uncertain.", "measured: no threshold helps English"
    )
    unknown: Literal["keep", "drop"] = knob(
        "keep",
        "Whether a user whose language cannot be told is kept; if so, only where the answers' language is wanted.",
        "langdetect takes “ok” for Slovak; short and code-only questions are good data",
    )
    turn_chars: int = knob(
        200,
        "Characters of each turn's own words that are looked at.",
        "swept on 529 labelled rows: 150 – 600 tell the same, 100 three less",
        ge=50,
        le=10_000,
    )
    second_look_chars: int = knob(
        1_500,
        "Characters of each turn looked at where `turn_chars` of them leave a conversation unclear.",
        "swept: 600 tell one row less, 3,000 no more",
        ge=50,
        le=100_000,
    )
    sure: Share = knob(
        0.75,
        "Confidence below which a conversation gets the second look.",
        "swept: 0.6 tells one row less, 0.85 no more",
    )
    code_line_chars: int = knob(
        160,
        "A longer line counts as a paragraph that mentions code, not as code.",
        "swept: 80 – 400 tell the same",
        ge=20,
        le=10_000,
    )
    min_chars: int = knob(
        20,
        "Of fewer characters without a function word the language is unknown.",
        "swept: 40 lose six rows; langdetect takes “ok” for Slovak",
        ge=1,
        le=1_000,
    )
    min_words: float = knob(
        1.0,
        "Function words of a language needed to decide for it.",
        "swept: 2 lose thirty rows; “continue” is a whole question",
        ge=0.1,
        le=100.0,
    )
    min_density: Share = knob(
        0.05, "Function words per six characters needed to decide.", "swept: 0.02 tells the same, 0.1 one row less"
    )
    min_lead: float = knob(
        1.3,
        "How many times the runner-up's evidence the winner needs.",
        "swept: 1.2 – 2 tell the same, 1 two rows less",
        ge=1.0,
        le=100.0,
    )
    detector_chars: int = knob(
        200,
        "Characters given to langdetect where the words do not decide.",
        "swept: 150 – 500 tell the same",
        ge=50,
        le=10_000,
    )
    detector_trials: int = knob(
        3,
        "Trials of langdetect that are averaged.",
        "swept: 3 – 7 tell the same, 1 one row less; the time grows with them",
        ge=1,
        le=100,
    )


class Quality(Concern):
    """Which answers and conversations are too bad to train on: keep (measure alone), tag (flag) or drop."""

    error_replies: Policy = knob(
        "drop", "Answers that are a message of the page.", "FastChat drops the whole conversation; here the round goes"
    )
    error_chars: int = knob(
        400,
        "A longer answer is no page message, whatever it starts with.",
        "the page's messages have less than 200",
        ge=50,
        le=10_000,
    )
    stub_answers: Policy = knob(
        "drop", "Answers without a visible sign, or of one word where more was asked.", "FastChat: empty answers"
    )
    truncated_answers: Policy = knob(
        "drop",
        "Last answers that end inside a fence or in mid-sentence; earlier ones are only ever tagged.",
        "read: 5 % of the last answers of published ShareGPT",
    )
    long_line: int = knob(
        60,
        "A shorter last line without a stop may be a title or a name.",
        "read on published ShareGPT",
        ge=1,
        le=10_000,
    )
    ended_share: Share = knob(
        0.75,
        "Share of an answer's paragraphs (or list items) that end with a stop, for the last one to need a stop too.",
        "read on published ShareGPT: no false alarm at 0.75",
    )
    refusals: Policy = knob(
        "tag", "Answers that refuse or recite limits.", "hearing no is part of a chat; FastChat's rule loses 8 %"
    )
    identity_claims: Policy = knob(
        "tag", "Answers that claim to be a named model.", "open-instruct drops; only a trainer knows the right name"
    )
    repetition: Policy = knob("drop", "Answers that repeat themselves.", "Gopher, table A1")
    repetition_chars: int = knob(
        200, "Shorter prose cannot repeat itself.", "a refrain is shorter", ge=20, le=1_000_000
    )
    repetition_read: int = knob(
        200_000,
        "Characters looked at for repetition.",
        "bounds memory; ten times the longest answer",
        ge=1_000,
        le=10_000_000,
    )
    repetition_suspect: Share = knob(
        0.4,
        "Prose that lz4 packs no better than this is not looked at further.",
        "measured on 7,195 turns: median 0.75, 1 % below 0.43",
    )
    repeated_ngram_words: int = knob(8, "Words of an n-gram that counts as repeated.", "Gopher: 5 – 10", ge=2, le=100)
    max_repeated_lines: Share = knob(
        0.65, "Largest share of characters in lines seen before.", "Gopher 0.2 is for web pages"
    )
    max_repeated_paragraphs: Share = knob(
        0.5, "Largest share of characters in paragraphs seen before.", "Gopher 0.2, as above"
    )
    max_repeated_ngrams: Share = knob(
        0.65, "Largest share of words in n-grams seen before.", "Gopher 0.1 – 0.15: form letters"
    )
    degenerate: Policy = knob(
        "drop", "Turns that are runs of one character, blobs or mojibake.", "FineWeb char dup 0.01"
    )
    run_chars: int = knob(
        30, "One visible character this many times in a row is a run.", "ruled lines are a word or two", ge=5, le=1_000
    )
    blob_chars: int = knob(
        100, "This many base64 letters in a row are a blob.", "the longest names of code have 60", ge=40, le=1_000
    )
    max_run_share: Share = knob(0.5, "Largest share of characters in runs of one character.", "half noise is no answer")
    max_blob_share: Share = knob(
        0.8, "Largest share of an answer's characters in blobs, code left out.", "a question may be one"
    )
    max_mojibake_share: Share = knob(
        0.05,
        "Largest share of characters that are UTF-8 read as Windows-1252.",
        "one accented letter in twenty is a foreign text",
    )
    plugin_panels: Policy = knob(
        "drop", "Answers with a plugin's panel, and rows that name plugins.", "FastChat drops rows with plugins"
    )
    blocked: Policy = knob("drop", "Rounds with a blocked word.", "the list is empty unless somebody fills it")
    blocked_words: tuple[str, ...] = knob((), "Words to block, without case, on word boundaries.", "FastChat, koala")
    blocked_roles: tuple[Literal["system", "user", "assistant"], ...] = knob(
        ("assistant",), "Roles in whose turns blocked words count.", "`import openai` is the user's right"
    )
    min_rounds: int = knob(
        1, "A conversation that is left with fewer rounds is dropped.", "one answer is an example", ge=1, le=1_000
    )
    min_characters: int = knob(
        16, "A conversation that is left with fewer characters is dropped.", "FastChat's 16", ge=0, le=1_000_000
    )


class Privacy(Concern):
    """What happens to personal data and secrets."""

    policy: Literal["off", "tag", "redact", "drop"] = knob(
        "redact", "What to do with personal data and secrets.", "peers: consistent pseudonyms, never the raw value"
    )
    kinds: tuple[PiiKind, ...] = knob(
        get_args(PiiKind),
        "What is looked for.",
        "dolma and detect-secrets, plus cards and accounts, whose check digits make them sure",
    )
    salt: str = knob(
        "sharegpt-clean",
        "Key of the digests in view pii; set one of your own where short values must not be guessed back.",
        "a fixed default keeps runs comparable; secrecy needs a key that is yours",
        max_length=64,
    )
    phone_regions: tuple[str, ...] = knob(
        ("US", "GB", "IN", "DE", "FR", "ES", "IT", "NL", "BR", "AU", "MX", "PL", "CN", "JP", "RU"),
        "Countries (ISO 3166) whose numbering plans a number without country code, after a word like phone, is "
        "checked against.",
        "where ChatGPT had most users in 2023",
    )
    min_entropy: float = knob(
        3.0,
        "Bits a character that a value assigned to a name like api_key needs to count as a secret.",
        "gitleaks' generic-api-key: 3.5; hexadecimal keys of 32 digits have 3.0 - 3.9",
        ge=0.0,
        le=8.0,
    )


class Decontamination(Concern):
    """Which benchmark items must not be trained on."""

    files: tuple[str, ...] = knob(
        (),
        "Benchmark files (JSONL, Parquet, text with one item a line; any fsspec address), `file::column` for a "
        "column of another name.",
        "none is shipped: benchmarks have their own licences",
    )
    column: str = knob(
        "question", "Column of the items where a file names none.", "GSM8K, MMLU, TruthfulQA", min_length=1
    )
    policy: Literal["tag", "drop"] = knob(
        "drop", "Whether a contaminated conversation is dropped or only recorded.", "Tulu 3 drops"
    )
    ngram: int = knob(13, "Words of an n-gram.", "GPT-3, appendix C: 13", ge=2, le=64)
    short_ngram: int = knob(8, "Words of an n-gram for short items.", "GPT-3, appendix C: 8; Tulu 3: 8", ge=2, le=64)
    short_words: int = knob(
        26, "An item of fewer words is short.", "twice 13: one changed word spoils every 13-gram of a shorter one", ge=2
    )
    min_share: float = knob(
        0.5,
        "Share of an item's n-grams that a turn must hold to be contaminated by it.",
        "Tulu 3: more than half of the tokens",
        gt=0.0,
        le=1.0,
    )
    max_items: int = knob(
        10,
        "An n-gram of more benchmark items is boilerplate and no evidence.",
        "GPT-3, appendix C: n-grams seen more than 10 times are ignored",
        ge=1,
        le=1_000,
    )


class Likeness(Concern):
    """What counts as the same conversation."""

    threshold: float = knob(
        0.8,
        "Verified Jaccard of two shingle sets at or above which a copy is dropped.",
        "datatrove 0.72, lilac 0.85, text-dedup 0.7",
        ge=0.3,
        le=1.0,
    )
    floor: float = knob(
        0.5,
        "Verified pairs are recorded in similar_pairs down to this Jaccard.",
        "below it texts differ",
        ge=0.0,
        le=1.0,
    )
    shingle_words: int = knob(
        5, "Words (in code also operators) in one shingle.", "datatrove, text-dedup: 5", ge=1, le=32
    )
    bins: int = knob(128, "MinHash values of a conversation.", "datasketch and distilabel: 128", ge=16, le=1_024)
    recall: float = knob(
        0.995,
        "Probability with which a pair at the threshold becomes a candidate; the LSH bands follow from it.",
        "21 bands of 6 rows at 0.8: 0.998 there, 0.9999 at 0.85, 0.28 at 0.5",
        ge=0.5,
        le=0.9999,
    )
    bucket_keepers: int = knob(
        100,
        "Most kept conversations that one LSH bucket lists; more would make boilerplate quadratic.",
        "a near copy shares five buckets on average, and one is enough",
        ge=1,
        le=100_000,
    )
    comparisons: int = knob(
        64,
        "Most kept conversations that one is compared with, those that share most buckets first.",
        "bounds the work on templates",
        ge=1,
        le=100_000,
    )
    case: Literal["keep", "fold"] = knob(
        "keep",
        "Whether texts that differ only in case are exact copies (fold).",
        "case means something in code and names",
    )
    branches: Literal["keep_longest", "keep_all"] = knob(
        "keep_longest",
        "What happens to conversations that share a long prefix of rounds and then part.",
        "a regenerated answer repeats all that went before",
    )
    branch_rounds: int = knob(
        2,
        "Rounds that two conversations must share to be branches of one.",
        "one shared round is a greeting",
        ge=1,
        le=64,
    )
    branch_share: Share = knob(
        0.5, "Share of a branch's text that must be in the shared rounds for it to be dropped.", "half is nothing new"
    )
    validation_share: float = knob(
        0.01,
        "Share of likeness groups that go to validation.",
        "1 % of 70 K is 700 conversations",
        ge=0.0,
        le=0.5,
    )
    validation_least: int = knob(
        100,
        "From this many kept conversations on validation is never empty (unless its share is 0).",
        "below it one group is more than 1 %",
        ge=1,
    )
    salt: str = knob("sharegpt-clean", "Salt of the hash that splits groups; another salt, another split.", "any text")


class Tokens(Concern):
    """Which tokenizer, template and context windows are cut for."""

    tokenizer: str = knob(
        "mistral-v1",
        "A tokenizer.json, a SentencePiece .model, a hub id, or mistral-v1 (packaged with mistral-common).",
        "the packaged vocabulary needs no network",
        min_length=1,
    )
    template: str = knob(
        "vicuna_v1.1",
        "vicuna_v1.1, chatml, tokenizer (its own chat_template), or a file with a Jinja chat template.",
        "Vicuna v1.5",
        min_length=1,
    )
    context: int = knob(2_048, "Most tokens of a window.", "LLaMA's first context", ge=32, le=1_048_576)
    long_answer: Literal["window", "truncate", "drop", "raise"] = knob(
        "window",
        "A round over the context: window cuts it into several samples, truncate keeps its beginning, drop drops it, "
        "raise ends the run.",
        "axolotl's excess_length_strategy drops, FastChat's splitter loses; window loses nothing",
    )
    long_question: Literal["drop", "trim_middle"] = knob(
        "drop",
        "A question that leaves no room for an answer: drop the round, or trim_middle of the question.",
        "an answer to an unseen question teaches guessing",
    )
    question_share: Share = knob(
        0.5,
        "Most of the context that a trimmed question, or the question repeated in a continuation, may take.",
        "half for what is learned",
    )
    overlap_share: float = knob(
        0.0625,
        "Share of the context that a continuation repeats of the answer before it, without loss.",
        "128 of 2,048 tokens: a paragraph",
        ge=0.0,
        le=0.5,
    )
    cut_share: float = knob(
        0.0625,
        "How far back from the limit, as a share of the context, a cut looks for the end of a line or sentence.",
        "128 of 2,048 tokens: a paragraph",
        ge=0.0,
        le=0.5,
    )
    min_answer: int = knob(
        16,
        "Fewest answer tokens that a window of an over-long round must have room for.",
        "a sentence",
        ge=8,
        le=1_024,
    )


class Shards(Concern):
    """How published files are written."""

    compression_level: int = knob(3, "zstd level of every Parquet file.", "measured: 3 is the knee", ge=1, le=19)
    keep_versions: int = knob(3, "Published versions kept, the current one included.", "a month of weekly runs", ge=1)


class Runner(Concern):
    """Where the work runs; outside every digest, since results do not depend on it."""

    workers: int | None = knob(
        None, "Processes; null = one per core.", "the bytes are the same for any", ge=1, le=1_024
    )


CONCERNS: dict[str, type[Concern]] = {
    "markup": Markup,
    "language": Language,
    "quality": Quality,
    "privacy": Privacy,
    "decontamination": Decontamination,
    "likeness": Likeness,
    "tokens": Tokens,
    "shards": Shards,
    "runner": Runner,
}
