"""The shapes of keys and tokens that common providers issue, as data: provider, literal start, pattern."""

# ruff: noqa: SIM905 - lists of words are read and mended more easily as text
from __future__ import annotations

from typing import NamedTuple

SHORT_STARTS = frozenset(
    "AKIA ASIA ABIA ACCA LTAI AKID AKLT ALTAK glpat- gldt- glrt- glptt- glsoat- glcbt- glft- sk- sk_live_ "
    "sk_test_ sk_prod_ rk_live_ rk_test_ rk_prod_ whsec_ GOCSPX- sq0atp- NRAK- hvs. rzp_ xapp- xox dckr_pat_ dckr_oat_ "
    "NRJS- glimt- glffct- ya29. SG. tvly- hf_ api_org_".split()
)
"""Starts of keys that may have fewer than 30 characters, or letters alone."""


class Shape(NamedTuple):
    """How one provider's secret looks.

    `start` is the literal text every match begins with (what makes the search cheap); `body` is the rest, in the
    syntax that Python's re and Rust's regex share. A body ends in its only unbounded repeat, or has none, so that
    no text makes the search more than linear.
    """

    provider: str
    start: str
    body: str

    @property
    def short(self) -> bool:
        """Whether a key may have fewer than 30 characters after its start."""
        return self.start in SHORT_STARTS


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
    Shape("gitlab", "gloas-", r"[0-9a-f]{64}"),
    Shape("gitlab", "glagent-", r"[A-Za-z0-9_-]{40,}"),
    Shape("gitlab", "glimt-", r"[A-Za-z0-9_-]{20,}"),
    Shape("gitlab", "glffct-", r"[A-Za-z0-9_-]{20,}"),
    Shape("gitlab", "glptt-", r"[A-Za-z0-9_-]{20,}"),
    Shape("slack", "xox", r"(?:e\.xox[bp]|[abeoprs])-[A-Za-z0-9-]{10,}"),
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
    Shape("grafana", "eyJrIjoi", r"[A-Za-z0-9+/]{70,400}={0,3}"),
    Shape("grafana", "glsa_", r"[A-Za-z0-9]{32}_[0-9a-f]{8}"),
    Shape("new relic", "NRAK-", r"[A-Z0-9]{27}"),
    Shape("planetscale", "pscale_", r"(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,}"),
    Shape("supabase", "sbp_", r"[0-9a-f]{40}"),
    Shape("postman", "PMAK-", r"[0-9a-f]{24}-[0-9a-f]{34}"),
    Shape("aws", "ABIA", r"[A-Z0-9]{16}"),
    Shape("aws", "ACCA", r"[A-Z0-9]{16}"),
    Shape("alibaba", "LTAI", r"[A-Za-z0-9]{12,26}"),
    Shape("tencent", "AKID", r"[A-Za-z0-9]{13,40}"),
    Shape("volcengine", "AKLT", r"[A-Za-z0-9_-]{20,80}"),
    Shape("baidu", "ALTAK", r"[A-Za-z0-9]{21}"),
    Shape("yandex", "AQVN", r"[A-Za-z0-9_-]{35,38}"),
    Shape("yandex", "t1.", r"[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{80,90}={0,2}"),
    Shape("huawei, openstack", "gAAAAAB", r"[A-Za-z0-9_-]{80,}"),
    Shape("jfrog", "AKCp", r"[A-Za-z0-9]{69,73}"),
    Shape("jfrog", "cmVmd", r"[A-Za-z0-9]{59}"),
    Shape("adobe", "p8e-", r"[A-Za-z0-9_-]{20,40}"),
    Shape("atlassian", "ATBB", r"[A-Za-z0-9]{32}"),
    Shape("atlassian", "ATCTT3", r"[A-Za-z0-9_=-]{100,}"),
    Shape("apify", "apify_api_", r"[A-Za-z0-9]{36}"),
    Shape("buildkite", "bkua_", r"[0-9a-f]{40}"),
    Shape("circleci", "CCIPAT_", r"[A-Za-z0-9]{22}_[0-9a-f]{40}"),
    Shape("clojars", "CLOJARS_", r"[0-9a-f]{60}"),
    Shape("cloudflare", "v1.0-", r"[0-9a-f]{24}-[0-9a-f]{146}"),
    Shape("contentful", "CFPAT-", r"[A-Za-z0-9_-]{43}"),
    Shape("doppler", "dp.pt.", r"[A-Za-z0-9]{40,44}"),
    Shape("doppler", "dp.st.", r"[A-Za-z0-9_.]{40,64}"),
    Shape("dropbox", "sl.", r"[A-Za-z0-9_-]{60,}"),
    Shape("duffel", "duffel_", r"(?:test|live)_[A-Za-z0-9_-]{43}"),
    Shape("dynatrace", "dt0c01.", r"[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    Shape("easypost", "EZAK", r"[A-Za-z0-9]{54}"),
    Shape("easypost", "EZTK", r"[A-Za-z0-9]{54}"),
    Shape("elevenlabs", "sk_", r"[0-9a-f]{48}"),
    Shape("figma", "figd_", r"[A-Za-z0-9_-]{40}"),
    Shape("flutterwave", "FLWSECK", r"(?:_TEST)?-[A-Za-z0-9]{12,40}(?:-X)?"),
    Shape("fly", "fo1_", r"[A-Za-z0-9_-]{43}"),
    Shape("fly", "fm2_", r"[A-Za-z0-9+/]{100,}={0,3}"),
    Shape("frame.io", "fio-u-", r"[A-Za-z0-9_=-]{64}"),
    Shape("gitlab", "glsoat-", r"[A-Za-z0-9_-]{20,}"),
    Shape("gitlab", "glcbt-", r"[A-Za-z0-9_-]{20,}"),
    Shape("gitlab", "glft-", r"[A-Za-z0-9_-]{20,}"),
    Shape("gitlab", "GR1348941", r"[A-Za-z0-9_-]{20}"),
    Shape("google", "1//0", r"[A-Za-z0-9_-]{40,}"),
    Shape("grafana", "glc_", r"[A-Za-z0-9+/]{32,400}={0,3}"),
    Shape("heroku", "HRKU-", r"[A-Za-z0-9_-]{36,60}"),
    Shape("hubspot", "pat-", r"(?:na|eu)[0-9]-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    Shape("instagram", "IGQV", r"[A-Za-z0-9_-]{80,}"),
    Shape("langsmith", "lsv2_", r"(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}"),
    Shape("mapbox", "sk.eyJ", r"[A-Za-z0-9_-]{40,}\.[A-Za-z0-9_-]{20,}"),
    Shape(
        "microsoft teams webhook",
        "webhook.office.com/webhookb2/",
        r"[A-Za-z0-9@-]{36,80}/IncomingWebhook/[A-Za-z0-9/-]{40,}",
    ),
    Shape("neon", "napi_", r"[A-Za-z0-9]{60,}"),
    Shape("netlify", "nfp_", r"[A-Za-z0-9]{36}"),
    Shape("nuget", "oy2", r"[a-z0-9]{43}"),
    Shape("sonar", "sqp_", r"[0-9a-f]{40}"),
    Shape("sonar", "squ_", r"[0-9a-f]{40}"),
    Shape("docker", "dckr_oat_", r"[A-Za-z0-9_-]{20,}"),
    Shape("new relic", "NRJS-", r"[a-f0-9]{19}"),
    Shape("new relic", "NRII-", r"[A-Za-z0-9_-]{32}"),
    Shape("nvidia", "nvapi-", r"[A-Za-z0-9_-]{60,}"),
    Shape("1password", "ops_eyJ", r"[A-Za-z0-9+/]{200,}={0,3}"),
    Shape("1password", "A3-", r"[A-Z0-9]{6}-[A-Z0-9]{6}-?[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}"),
    Shape("octopus deploy", "API-", r"[A-Z0-9]{26}"),
    Shape("openshift", "sha256~", r"[A-Za-z0-9_-]{43}"),
    Shape("paypal", "access_token$", r"(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32}"),
    Shape(
        "plaid",
        "access-",
        r"(?:sandbox|development|production)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    ),
    Shape("posthog", "phx_", r"[A-Za-z0-9]{40,}"),
    Shape("prefect", "pnu_", r"[A-Za-z0-9]{36}"),
    Shape("pinecone", "pcsk_", r"[A-Za-z0-9]{4,6}_[A-Za-z0-9]{40,80}"),
    Shape("pulumi", "pul-", r"[0-9a-f]{40}"),
    Shape("razorpay", "rzp_", r"(?:live|test)_[A-Za-z0-9]{14,24}"),
    Shape("readme", "rdme_", r"[a-z0-9]{70}"),
    Shape("resend", "re_", r"[A-Za-z0-9]{8}_[A-Za-z0-9]{20,30}"),
    Shape("sendinblue", "xkeysib-", r"[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    Shape("sendinblue", "xsmtpsib-", r"[0-9a-f]{64}-[A-Za-z0-9]{16}"),
    Shape("sentry", "sntrys_", r"[A-Za-z0-9+/=_]{60,}"),
    Shape("sentry", "sntryu_", r"[0-9a-f]{64}"),
    Shape("shippo", "shippo_", r"(?:live|test)_[0-9a-fA-F]{40}"),
    Shape("sourcegraph", "sgp_", r"[0-9A-Za-z_]{40,64}"),
    Shape("stripe", "sk_prod_", r"[A-Za-z0-9]{10,}"),
    Shape("stripe", "rk_prod_", r"[A-Za-z0-9]{10,}"),
    Shape("supabase", "sb_secret_", r"[A-Za-z0-9_-]{20,}"),
    Shape("tailscale", "tskey-", r"[a-z]{3,9}-[A-Za-z0-9]{8,20}-[A-Za-z0-9]{20,40}"),
    Shape("tavily", "tvly-", r"[A-Za-z0-9-]{30,}"),
    Shape("typeform", "tfp_", r"[A-Za-z0-9_.=-]{59}"),
    Shape("vault", "hvb.", r"[A-Za-z0-9_-]{138,300}"),
    Shape("age", "AGE-SECRET-KEY-1", r"[0-9A-Z]{58}"),
    Shape("twitter", "AAAAAAAAAAAAAAAAAAAAA", r"[A-Za-z0-9%]{60,}"),
    Shape("firebase", "AAAA", r"[A-Za-z0-9_-]{7}:[A-Za-z0-9_-]{140}"),
)

# Without a literal start: every repeat is bounded.
FREE: tuple[str, ...] = (
    r"[0-9]{8,10}:[A-Za-z0-9_-]{35}",  # telegram: bot id, 35 characters
    r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}",  # discord: id, time, hmac
    r"[0-9a-f]{32}-us[0-9]{1,2}",  # mailchimp: key, data centre
    r"[A-Za-z0-9_~.]{3}[0-9]Q~[A-Za-z0-9_~.-]{31,34}",  # azure: client secret
)
FREE_HINT = r"[0-9]{8}:[A-Za-z0-9_-]{35}|[0-9a-f]-us[0-9]|[0-9]Q~"
"""The parts of them that are quick to search for."""
UNMARKED_HINT = r"[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27}"
"""What follows the first dot of the other."""

# Signatures that open a signed URL until they expire.
SIGNED: dict[str, str] = {
    "sig=": r"[A-Za-z0-9%/+_-]{40,90}={0,2}",  # azure: HMAC-SHA-256 in base64
    "X-Amz-Signature=": r"[0-9a-f]{64}",
    "X-Amz-Security-Token=": r"[A-Za-z0-9%/+_-]{60,2000}={0,2}",
    "X-Goog-Signature=": r"[0-9a-f]{128,1024}",
    "Signature=": r"[A-Za-z0-9%/+_~-]{27,600}={0,2}",  # aws version 2, alibaba, cloudfront
    "code=": r"[A-Za-z0-9%/+_-]{52,90}={0,2}",  # azure functions
}
SIGNED_HINT = r"[?&;](?:sig|X-Amz-Signature|X-Amz-Security-Token|X-Goog-Signature|Signature|code)=[A-Za-z0-9%/+_~-]{27}"

# A key as an option of a command, judged by its randomness.
KEY_OPTION = r"(?:-(?:token|key|secret|auth)|uthtoken|wandb login|snyk auth)[ =][\"']?([A-Za-z0-9_.~+/-]{20,200})"
KEY_OPTION_HINT = KEY_OPTION.replace("{20,200}", "{20}")
JWT = r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"
KEY_HEADER = r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
URL_HINT = r"://[A-Za-z0-9._~%+-]{0,64}:[!-.0-~]{2,64}@|://[A-Za-z0-9_~-]{20}"
# A port is no password; an @ belongs to the password where another follows.
URL_LOGIN = (
    r"://[^\s:/?#@<>\"'`]{0,64}:(?![0-9]{1,5}[;/?,])(?=[^\s/]{2})"
    r"([^\s/@<>\"'`]{1,128}(?:@[^\s/@?&,;<>\"'`]{1,64}){0,2})@(?=[A-Za-z0-9\[$_{(%])"
)
# A token in the place of the user: Sentry's address, git's.
URL_KEY = r"://([A-Za-z0-9_.~-]{20,255})(?::[^\s/@]{0,128})?@"
