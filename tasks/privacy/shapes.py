"""The shapes of keys and tokens that common providers issue, as data: provider, literal start, pattern."""

from __future__ import annotations

from typing import NamedTuple


class Shape(NamedTuple):
    """How one provider's secret looks.

    `start` is the literal text every match begins with (what makes the search cheap); `body` is the rest, in the
    syntax that Python's re and Rust's regex share. A body ends in its only unbounded repeat, or has none, so that
    no text makes the search more than linear.
    """

    provider: str
    start: str
    body: str


# Lengths and alphabets are the providers' own, as documented or as collected in gitleaks' rules (MIT); upper bounds
# are ours, so that a blob is not taken for a key.
STARTED: tuple[Shape, ...] = (
    Shape("openai, anthropic, openrouter, deepseek", "sk-", r"[A-Za-z0-9_-]{20,}"),
    Shape("aws", "AKIA", r"[A-Z0-9]{16}"),
    Shape("aws", "ASIA", r"[A-Z0-9]{16}"),
    Shape("github", "ghp_", r"[A-Za-z0-9]{30,255}"),
    Shape("github", "gho_", r"[A-Za-z0-9]{30,255}"),
    Shape("github", "ghu_", r"[A-Za-z0-9]{30,255}"),
    Shape("github", "ghs_", r"[A-Za-z0-9]{30,255}"),
    Shape("github", "ghr_", r"[A-Za-z0-9]{30,255}"),
    Shape("github", "github_pat_", r"[A-Za-z0-9_]{22,255}"),
    Shape("gitlab", "glpat-", r"[A-Za-z0-9_-]{20,}"),
    Shape("gitlab", "gldt-", r"[A-Za-z0-9_-]{20,}"),
    Shape("gitlab", "glrt-", r"[A-Za-z0-9_-]{20,}"),
    Shape("gitlab", "glptt-", r"[A-Za-z0-9_-]{20,}"),
    Shape("slack", "xox", r"[abeoprs]-[A-Za-z0-9-]{10,}"),
    Shape("slack", "xapp-", r"[0-9]-[A-Za-z0-9-]{20,}"),
    Shape("slack", "hooks.slack.com/", r"(?:services|workflows|triggers)/[A-Za-z0-9/_+-]{20,}"),
    Shape("stripe", "sk_live_", r"[A-Za-z0-9]{10,}"),
    Shape("stripe", "sk_test_", r"[A-Za-z0-9]{10,}"),
    Shape("stripe", "rk_live_", r"[A-Za-z0-9]{10,}"),
    Shape("stripe", "rk_test_", r"[A-Za-z0-9]{10,}"),
    Shape("stripe", "whsec_", r"[A-Za-z0-9+/=]{24,}"),
    Shape("google", "AIza", r"[A-Za-z0-9_-]{35}"),
    Shape("google", "ya29.", r"[A-Za-z0-9_-]{20,}"),
    Shape("google", "GOCSPX-", r"[A-Za-z0-9_-]{28}"),
    Shape("hugging face", "hf_", r"[A-Za-z0-9]{30,40}"),
    Shape("hugging face", "api_org_", r"[A-Za-z0-9]{34}"),
    Shape("azure storage", "AccountKey=", r"[A-Za-z0-9+/]{86}=="),
    Shape("azure service bus", "SharedAccessKey=", r"[A-Za-z0-9+/]{43}="),
    Shape("twilio", "SK", r"[0-9a-f]{32}"),
    Shape("twilio", "AC", r"[0-9a-f]{32}"),
    Shape("sendgrid", "SG.", r"[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}"),
    Shape("mailgun", "key-", r"[0-9a-f]{32}"),
    Shape("npm", "npm_", r"[A-Za-z0-9]{36}"),
    Shape("pypi", "pypi-", r"[A-Za-z0-9_-]{40,}"),
    Shape("rubygems", "rubygems_", r"[0-9a-f]{48}"),
    Shape("docker", "dckr_pat_", r"[A-Za-z0-9_-]{20,}"),
    Shape("discord webhook", "discord.com/api/webhooks/", r"[0-9]{17,20}/[A-Za-z0-9_-]{40,}"),
    Shape("discord webhook", "discordapp.com/api/webhooks/", r"[0-9]{17,20}/[A-Za-z0-9_-]{40,}"),
    Shape("digitalocean", "dop_v1_", r"[0-9a-f]{64}"),
    Shape("digitalocean", "doo_v1_", r"[0-9a-f]{64}"),
    Shape("shopify", "shpat_", r"[0-9a-fA-F]{32}"),
    Shape("shopify", "shpss_", r"[0-9a-fA-F]{32}"),
    Shape("shopify", "shppa_", r"[0-9a-fA-F]{32}"),
    Shape("shopify", "shpca_", r"[0-9a-fA-F]{32}"),
    Shape("square", "sq0csp-", r"[A-Za-z0-9_-]{43}"),
    Shape("square", "sq0atp-", r"[A-Za-z0-9_-]{22}"),
    Shape("square", "EAAA", r"[A-Za-z0-9_-]{60}"),
    Shape("facebook", "EAA", r"[A-Za-z0-9]{80,}"),
    Shape("linear", "lin_api_", r"[A-Za-z0-9]{40}"),
    Shape("notion", "secret_", r"[A-Za-z0-9]{43}"),
    Shape("notion", "ntn_", r"[A-Za-z0-9]{40,60}"),
    Shape("airtable", "pat", r"[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    Shape("atlassian", "ATATT3", r"[A-Za-z0-9_=-]{100,}"),
    Shape("groq", "gsk_", r"[A-Za-z0-9]{50,}"),
    Shape("xai", "xai-", r"[A-Za-z0-9]{70,}"),
    Shape("perplexity", "pplx-", r"[A-Za-z0-9]{40,}"),
    Shape("replicate", "r8_", r"[A-Za-z0-9]{37}"),
    Shape("databricks", "dapi", r"[0-9a-f]{32}"),
    Shape("vault", "hvs.", r"[A-Za-z0-9_-]{24,}"),
    Shape("grafana", "glsa_", r"[A-Za-z0-9]{32}_[0-9a-f]{8}"),
    Shape("new relic", "NRAK-", r"[A-Z0-9]{27}"),
    Shape("planetscale", "pscale_", r"(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,}"),
    Shape("supabase", "sbp_", r"[0-9a-f]{40}"),
    Shape("postman", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}"),
    Shape("age", "AGE-SECRET-KEY-1", r"[0-9A-Z]{58}"),
    Shape("twitter", "AAAAAAAAAAAAAAAAAAAAA", r"[A-Za-z0-9%]{60,}"),
    Shape("firebase", "AAAA", r"[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{140}"),
)

# Without a literal start: every repeat is bounded. The second text is the part of it that is quick to search for.
FREE: tuple[tuple[str, str], ...] = (
    (r"[0-9]{8,10}:[A-Za-z0-9_-]{35}", r"[0-9]{8}:[A-Za-z0-9_-]{35}"),  # telegram: bot id, 35 characters
    # discord: id, time, hmac
    (r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}", r"\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}"),
    (r"[0-9a-f]{32}-us[0-9]{1,2}", r"[0-9a-f]-us[0-9]"),  # mailchimp: key, data centre
    (r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}", r"[0-9]Q~"),  # azure: client secret
)

_GAP = r"[\"'`]?[ \t]{0,4}(?:=>|:=|==|=|:|,)?[ \t]{0,4}[\"'`]?"

# Told by the name they are assigned to; the value is the one group.
NAMED: tuple[str, ...] = (
    r"(?i:secret_?access_?key|aws_?secret(?:_?key)?)" + _GAP + r"([A-Za-z0-9/+]{40})",
    r"(?i:authorization)[\"']?[ \t]{0,4}[:=,][ \t]{0,4}[\"'`]?(?i:bearer|basic|token)[ \t]{1,4}"
    r"([A-Za-z0-9._~+/-]{16,1000}={0,2})",
)

# A value that is assigned to a name such as api_key or client_secret; judged by its randomness.
VALUE = r"[=:][=>]?[ \t]{0,4}[\"'`]?([A-Za-z0-9_+/.=~-]{20,128})"
NAME = (
    r"(?i:(?<!public)(?<!public[_-])(?:(?:api|access|secret|auth|client|app|consumer|subscription|encryption|signing|private|account|bot)[_-]?)?"
    r"(?:key|token|secret|appid))(?:_[A-Za-z0-9]{1,8}|[0-9]{1,2})?[\"'`]?\]?[ \t]{0,4}:?\Z"
)
ASSIGNED_HINT = (
    r"(?i:key|token|secret|appid)[A-Za-z0-9_]{0,9}[\"'`\]]{0,2}[ \t]{0,4}"
    r"[=:]{1,2}>?[ \t]{0,4}[\"'`]?[A-Za-z0-9_+/.=~-]{20}"
)

JWT = r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"
KEY_HEADER = r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
URL_LOGIN = r"://[^\s:/?#@<>\"'`]{0,64}:([^\s/@<>\"'`]{2,128})@"
