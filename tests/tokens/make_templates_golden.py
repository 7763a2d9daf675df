"""Writes golden/bytes.json and golden/templates.json: a small vocabulary, and what transformers makes of the templates.

pip install 'transformers<4.50' sentencepiece protobuf jinja2
python -m tests.tokens.make_templates_golden PATH/TO/mistral_common/data/tokenizer.model.v1
"""

import json
import sys
from pathlib import Path

from transformers import LlamaTokenizer, PreTrainedTokenizerFast

from tests.support.chats import talks
from tests.support.vocabulary import build

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "tasks" / "tokens" / "templates"
SPACED = ("llama2", "mistral")  # need no special tokens but <s> and </s>


def main(model: str) -> None:
    build().save(str(HERE / "golden" / "bytes.json"), pretty=False)
    loaded = {
        "bytes": PreTrainedTokenizerFast(
            tokenizer_file=str(HERE / "golden" / "bytes.json"), bos_token="<s>", eos_token="</s>"
        ),
        "spaced": LlamaTokenizer(model, legacy=True),
    }
    rows = []
    for name in ("llama2", "llama3", "mistral", "zephyr", "qwen", "thinking"):
        own, shipped = (folder / f"{name}.jinja" for folder in (HERE / "templates", SHIPPED))
        source = (own if own.is_file() else shipped).read_text("utf-8").removesuffix("\n")
        for vocabulary, tokenizer in loaded.items():
            if vocabulary == "spaced" and name not in SPACED:
                continue
            for number, talk in enumerate(talks(30)):
                messages = [{"role": role, "content": content} for role, content in talk]
                if number % 3 == 0 and name != "mistral":
                    messages.insert(0, {"role": "system", "content": "Be brief."})
                made = tokenizer.apply_chat_template(
                    messages,
                    chat_template=source,
                    tokenize=True,
                    return_dict=True,
                    return_assistant_tokens_mask="endgeneration" in source,
                )
                row = {"template": name, "vocabulary": vocabulary, "messages": len(messages), "ids": made["input_ids"]}
                if "assistant_masks" in made:
                    row["labels"] = [i for i, mask in enumerate(made["assistant_masks"]) if mask]
                rows.append(row | {"talk": number})
    out = HERE / "golden" / "templates.json"
    out.write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")


if __name__ == "__main__":
    main(sys.argv[1])
