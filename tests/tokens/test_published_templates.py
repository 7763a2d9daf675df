"""The built-in templates of well-known models render as the texts in those models' tokenizer_config.json."""

import pytest

from tasks.tokens.template import Template, built_in

# The chat_template of each model's tokenizer configuration, as published.
PUBLISHED = {
    "llama3": (
        "{% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|start_header_id|>' + "
        "message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' %}"
        "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
        "{% if add_generation_prompt %}"
        "{{ '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{% endif %}"
    ),
    "mistral": (
        "{{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
        "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
        "{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}{% else %}"
        "{{ raise_exception('Only user and assistant roles are supported!') }}{% endif %}{% endfor %}"
    ),
    "qwen": (
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
        "{{ '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}{% endif %}{{'<|im_start|>' + "
        "message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}"
        "{% if add_generation_prompt %}"
        "{{ '<|im_start|>assistant\\n' }}{% endif %}"
    ),
    "chatml": (
        "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + "
        "'<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
    ),
}
TALK = [
    ("user", "  Sort [2, 1]?\n"),
    ("assistant", "Use `sorted`.\n\n    x  "),
    ("user", "Danke 👍"),
    ("assistant", "是"),
]
WORDS = (("bos_token", "<s>"), ("eos_token", "</s>"))


CASES = [(name, system, prompt) for name in ("llama3", "qwen", "chatml") for system in (0, 1) for prompt in (0, 1)]
CASES.append(("mistral", 0, 0))  # it has no system turn, and its answers need no opening


@pytest.mark.parametrize(("name", "system", "prompt"), CASES)
def test_a_built_in_template_renders_as_the_published_one(name, system, prompt):
    """With and without a system turn, to the end and up to an answer."""
    talk = [("system", "Be brief.")] * system + TALK[: 3 if prompt else 4]
    messages = [{"role": role, "content": content} for role, content in talk]
    ours, theirs = (Template(name, text, False, False, WORDS) for text in (built_in()[name], PUBLISHED[name]))
    assert ours.render(messages, prompt=bool(prompt)) == theirs.render(messages, prompt=bool(prompt))
