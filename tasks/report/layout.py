"""The report's layout, as Jinja templates that escape whatever they are given."""

MACROS = """
{% macro show(items) %}
<div class="plots">
{% for item in items %}
{% if item is plot and item.svg %}
<figure{% if item.gone %} class="gone"{% endif %}>
<figcaption>{{ item.title }}<small>{{ item.note }}</small></figcaption>
{{ item.svg | safe }}</figure>
{% elif item is not plot and item.rows and item.narrow() %}
<div>{{ grid(item) }}</div>
{% endif %}
{% endfor %}
</div>
{% for item in items %}
{% if item is not plot and item.rows and not item.narrow() %}{{ grid(item) }}{% endif %}
{% endfor %}
{% endmacro %}

{% macro grid(table) %}
{% if table.title %}<h3>{{ table.title }}</h3>{% endif %}
<div class="scroll"><table>
<tr>{% for name in table.names %}<th{% if table.numeric(loop.index0) %} class="n"{% endif %}>{{ name }}</th>{% endfor %}
</tr>
{% for row in table.rows %}
<tr>{% for cell in row %}
{%- set kind = "n" if table.numeric(loop.index0) else "wrap" %}<td class="{{ kind }}">{{ cell | number | plain }}</td>
{%- endfor %}</tr>
{% endfor %}
</table></div>
{% endmacro %}

{% macro turn(one) %}
<div class="turn{% if one.mark.startswith("dropped") %} gone{% endif %}">
<div class="who"><span>{% if one.turn >= 0 %}turn {{ one.turn }} · {% endif %}{{ one.role | string | plain }}</span>
<span>{{ one.characters | many("characters") }}</span>
{% if one.mark %}<span class="fate">{{ one.mark | plain }}</span>{% endif %}</div>
{% if one.pieces %}
<pre dir="auto">{% for text, marked in one.pieces %}
{%- if marked %}<mark>{{ text | plain }}</mark>{% else %}{{ text | plain }}{% endif %}
{%- endfor %}</pre>
{% else %}
<pre class="none">empty</pre>
{% endif %}
</div>
{% endmacro %}

{% macro sample(one, titles) %}
<article class="sample">
<header><code>sharegpt trace '{{ one.row_id | plain }}'</code>
{% for name, value in one.notes %}<span class="fact">{{ name }}: {{ value | plain }}</span> {% endfor %}</header>
<div class="sides{% if one.two() %} two{% endif %}">
<h4>{{ titles[0] }}</h4>{% if one.two() %}<h4>{{ titles[1] }}</h4>{% endif %}
{% for before, after in one.pairs %}
<div class="side raw" data-side="{{ titles[0] }}">{{ turn(before) }}</div>
{% if one.two() %}
<div class="side" data-side="{{ titles[1] }}">{% if after %}{{ turn(after) }}{% endif %}</div>
{% endif %}
{% else %}
<p class="dim">It has no turn.</p>
{% endfor %}
</div>
{% if one.more > 0 %}<p class="dim">and {{ one.more | many("more turns") }}</p>{% endif %}
</article>
{% endmacro %}

{% macro examples(items, prefix) %}
{% for item in items %}
<details id="{{ prefix }}-{{ item.word }}">
<summary><b>{{ item.word }}</b><span class="dim">{{ item.stage }}</span>
<span class="count">{% if item.conversations %}{{ item.conversations | many("conversations") }}{% endif %}
{%- if item.conversations and item.turns %}, {% endif %}
{%- if item.turns %}{{ item.turns | many("turns") }}{% endif %}</span>
<span class="says">{{ item.sentence }}</span></summary>
<div class="inside gallery">
<div class="pager"><button class="back" type="button" aria-label="previous example">←</button>
<button class="on" type="button" aria-label="next example">→</button><span class="place"></span></div>
{% for one in item.samples %}{{ sample(one, item.titles) }}{% else %}
<p class="dim">These conversations are too long to be shown here:
<code>sharegpt trace '{{ item.example | plain }}'</code></p>
{% endfor %}
</div>
</details>
{% endfor %}
{% endmacro %}
"""

PAGE = """{% from "macros" import show, grid, examples %}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{ policy }}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Report on version {{ page.version }}</title>
<style>{{ css }}</style>
</head>
<body>
<h1>What became of every conversation</h1>
<p class="dim">Version <code>{{ page.version }}</code>. {{ page.lead }}</p>
<nav aria-label="sections"><a href="#funnel">Funnel</a><a href="#dropped">Dropped</a><a href="#changed">Changed</a>
<a href="#languages">Languages</a><a href="#lengths">Lengths</a><a href="#duplicates">Duplicates</a>
<a href="#privacy">Privacy</a><a href="#packing">Packing</a><a href="#versions">Since last version</a>
<a href="#settings">Settings</a></nav>
<div class="tiles">
{% for value, what in page.tiles %}<div class="tile"><b>{{ value }}</b><span>{{ what }}</span></div>{% endfor %}
</div>

<h2 id="funnel">Funnel</h2>
<p>What each stage took in, kept and dropped. A turn that a repair merged into its neighbour counts as kept: its words
live on.</p>
{{ show(page.funnel) }}

<h2 id="dropped">Why rows and turns were dropped</h2>
<p>Each reason with examples: the source on the left, how the turns read when they were dropped on the right. All texts
are shown after redaction, whatever the settings; long ones are cut at <b>⋯</b>.</p>
{{ show(page.overview) }}
{{ examples(page.reasons, "reason") }}

<h2 id="changed">What was changed in turns</h2>
<p>Repairs beyond the conversion to Markdown itself.</p>
{% if page.repairs %}{{ examples(page.repairs, "repair") }}{% else %}<p class="dim">Nothing.</p>{% endif %}

<h2 id="languages">Languages</h2>
{{ show(page.languages) }}

<h2 id="lengths">Lengths and rounds</h2>
{{ show(page.lengths) }}

<h2 id="duplicates">Duplicates</h2>
<p>A dropped copy beside what was kept in its place; words that only one of them has are marked.</p>
{{ show(page.duplicates) }}
{% if page.twins %}{{ examples(page.twins, "reason") }}{% else %}<p class="dim">No copy was dropped.</p>{% endif %}

<h2 id="privacy">Privacy and contamination</h2>
{% if page.privacy %}{{ show(page.privacy) }}{% else %}
<p class="dim">Nothing was found, or nothing was looked for: see the settings of privacy and decontamination.</p>
{% endif %}

<h2 id="packing">Packing</h2>
{% if page.packing %}{{ show(page.packing) }}{% else %}
<p class="dim">Packing is off: trainers pad, or pack by themselves.</p>{% endif %}

<h2 id="versions">What changed since the last version</h2>
{% if page.changes %}
<p>From <code>{{ page.before }}</code> to this version; <code>sharegpt diff {{ page.before }} {{ page.version }}</code>
lists the conversations.</p>
{% for table in page.changes %}{{ grid(table) }}{% endfor %}
{% else %}<p class="dim">There was no version before this one in the data root.</p>{% endif %}

<h2 id="settings">Settings and digests</h2>
<p>A dot marks what is not the default.</p>
<div class="scroll"><table>
<tr><th>setting</th><th>value</th><th>meaning</th></tr>
{% for setting in page.settings %}
<tr{% if not setting.default %} class="set"{% endif %}><td><code class="name">{{ setting.name }}</code></td>
<td class="wrap"><code>{{ setting.value | plain }}</code></td><td class="wrap dim">{{ setting.meaning }}</td></tr>
{% endfor %}
</table></div>
<div class="scroll"><table>
<tr><th>digest of</th><th></th></tr>
{% for name, digest in page.digests.items() %}
<tr><td>{{ name }}</td><td class="wrap"><code>{{ digest }}</code></td></tr>
{% endfor %}
</table></div>
<script>{{ script }}</script>
</body>
</html>
"""
