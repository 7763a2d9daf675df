"""The words of the data card, as a Jinja template in Markdown."""

TEXT = """
# ShareGPT conversations, cleaned

Version `{{ version }}`: {{ "{:,}".format(rows) }} samples of at most {{ "{:,}".format(tokens.context) }} tokens,
{{ "{:,}".format(n_tokens) }} tokens, {{ "{:,}".format(n_label_tokens) }} of them with loss. Made by
sharegpt-clean; the same input, settings and code give the same bytes.
`report.html` beside this file shows what was dropped and changed, with examples.

Tokenizer {{ tokens.tokenizer | name }}, template {{ tokens.template | name }}: `input_ids` and `labels` fit only models
that use this tokenizer; `messages` fit any.

## Load

```python
from datasets import load_dataset

samples = load_dataset("path/to/this/folder")  # splits: {{ configs[0].splits | map(attribute="name") | join(", ") }}
fates = load_dataset("path/to/this/folder", "fates")  # what became of every raw turn, and why
```

Shards are not padded. `labels` is -100 where there is no loss.
{% if "packs" in configs | map(attribute="name") %}
The table `packs` says which samples fill one context together, if a trainer wants to lay them end to end.
{% endif %}

## Files

| config | split | rows | bytes |
|---|---|--:|--:|
{% for config in configs %}{% for split in config.splits %}
{{ [config.name, split.name, split.rows, split.size] | line }}
{% endfor %}{% endfor %}

Conversations are split by groups of deduplication: no near copy of a training sample is in validation.

## Columns

| column | meaning |
|---|---|
{% for field in columns %}
| {{ field[0] | name }} | {{ field[1] }} |
{% endfor %}

## Sources

| source | rows | kept |
|---|--:|--:|
{% for source in sources %}
{{ source | line }}
{% endfor %}

## Filters

| stage | conversations in | kept | dropped | turns kept | turns dropped |
|---|--:|--:|--:|--:|--:|
{% for row in funnel %}
{{ row | line }}
{% endfor %}

| reason | meaning | conversations | turns |
|---|---|--:|--:|
{% for row in rejections %}
{{ row | line }}
{% endfor %}

`rows.parquet` and `fates.parquet` hold the fate of every raw row and turn.
{% if chosen %}

Settings that are not the default (`manifest.json` has all):

| setting | value |
|---|---|
{% for setting in chosen %}
{{ [setting.name, setting.value] | line }}
{% endfor %}
{% endif %}

## Languages

{% if languages %}
Of the kept conversations, by the user's language: {{ languages | map("name") | join(", ") }}.
{% else %}
No conversation was kept.
{% endif %}

## Privacy

{% if policy == "redact" %}
Personal data and secrets were looked for and replaced by pseudonyms such as `<EMAIL_1>`, the same throughout a
conversation.
{% elif policy == "drop" %}
Conversations with personal data or secrets were dropped.
{% elif policy == "tag" %}
Personal data and secrets were looked for and marked, **not removed**: the samples hold them as they stood.
{% else %}
Personal data and secrets were **not looked for**: the samples hold them as they stood.
{% endif %}
{% if finds %}

| kind | finds | conversations |
|---|--:|--:|
{% for find in finds %}
{{ find | line }}
{% endfor %}
{% endif %}

People shared these conversations by public links, mostly without thinking of training data. No search finds names,
addresses in prose, or facts that tell who somebody is: treat the samples as personal data.

## Contamination

{% if benchmarks %}
Turns were compared with {{ benchmarks | map("name") | join(", ") }}.
{% else %}
The conversations were not compared with any benchmark: the setting `decontamination` names none.
{% endif %}

## Licence

The dumps carry no licence, so this card says `unknown`. The words belong to the people who wrote them; answers are a
language model's, and its maker's terms of use may restrict what models are trained on them. Ask before you publish
what you make of them.
"""
