"""The model card: what was trained on what, how, and under which terms its weights stand."""

from __future__ import annotations

from typing import Any

from schemas.settings.train import ELSEWHERE, SHAPES

NON_COMMERCIAL = (
    "The answers were written by a model of OpenAI's and shared by users of ShareGPT: OpenAI's terms forbid their use "
    "for models that compete with it, and the privacy practices of ShareGPT apply. As the article on Vicuna does, "
    "treat the weights as for **non-commercial use**."
)
LLAMA = (
    "The base is of the LLaMA family: its own licence binds whoever uses or passes on these weights, and the first "
    "LLaMA's forbids commercial use."
)


def is_llama(base: str, config: dict[str, Any]) -> bool:
    """Whether weights come from Meta's LLaMA, by the base's name or the shape of its published checkpoints."""
    published = {(4_096, 32), (5_120, 40), (6_656, 60), (8_192, 80)}
    shape = (config.get("hidden_size"), config.get("num_hidden_layers"))
    return (
        "llama" in base.lower()
        or "vicuna" in base.lower()
        or (config.get("model_type") == "llama" and shape in published)
    )


def model_card(about: dict[str, Any]) -> str:
    """Return README.md of a model.

    Args:
        about: run, version, base, licence, config, settings, plan, data: as run.json has them.
    """
    settings, data, base = about["settings"], about["data"], about["base"]
    made = base in SHAPES
    header = ["license: other", "license_name: non-commercial", *([] if made else [f"base_model: {base}"])]
    header += ["pipeline_tag: text-generation", "library_name: transformers"]
    lines = [
        *("---", *header, "---", f"# Model {about['run']}", ""),
        f"Trained from {'random weights' if made else f'`{base}`'} on version `{data['version']}` of the data: "
        f"{data['samples']:,} samples, {data['tokens']:,} tokens, {data['label_tokens']:,} with loss. "
        "`DATA_CARD.md` is that version's card.",
        "",
        f"Tokenizer `{data['tokenizer']}`, template `{data['template']}`, context {data['context']:,}: the files "
        "beside the weights give the very token ids that it was trained on (`serving.json` names the proof). The "
        "template writes BOS itself, so servers must add none.",
        *("", "## Terms", "", *terms(about)),
        *("## How it was trained", ""),
        f"{about['plan']['steps']:,} steps of {settings['batch']} {settings['unit']}s.",
        *("", *settings_table(settings), "", "## Limits", ""),
        "A model trained on chats says what sounds right, not what is right; nothing here was tuned to refuse.",
        *(["", "These are random weights trained on little text: they show that everything works."] if made else []),
    ]
    return "\n".join(lines) + "\n"


def terms(about: dict[str, Any]) -> list[str]:
    """Return the paragraphs on licences, each followed by an empty line."""
    made = about["base"] in SHAPES
    stated = about["licence"] or "not stated beside its weights: look it up where you had them from"
    paragraphs = ["The base is random weights." if made else f"Licence of the base: {stated}.", NON_COMMERCIAL]
    if not made and is_llama(about["base"], about["config"]):
        paragraphs.append(LLAMA)
    return [line for paragraph in paragraphs for line in (paragraph, "")]


def settings_table(settings: dict[str, Any]) -> list[str]:
    """Return the settings that decide the weights as a table."""
    shown = {name for name in settings if not name.startswith("lora") or settings["method"] == "lora"} - {*ELSEWHERE}
    return ["| setting | value |", "|---|---|", *(f"| `{name}` | {settings[name]} |" for name in sorted(shown))]
