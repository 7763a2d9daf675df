"""What looks like personal data and is none: example domains, placeholders, service addresses."""

# ruff: noqa: SIM905 - lists of words are read and mended more easily as text
from __future__ import annotations

# RFC 2606 and RFC 6761 reserve these; the rest are domains that people write when they mean "some domain".
DOMAINS = frozenset(
    "example.com example.org example.net example.edu localhost domain.com yourdomain.com your-domain.com mydomain.com "
    "yourcompany.com your-company.com mycompany.com company.com yoursite.com yourwebsite.com website.com mysite.com "
    "test.com somedomain.com otherdomain.com anotherdomain.com acme.com foo.com bar.com abc.com xyz.com email.com "
    "your-email.com youremail.com yourmail.com emailaddress.com contoso.com fabrikam.com".split()
)
RESERVED_TLDS = frozenset({"example", "test", "invalid", "localhost", "local", "internal", "lan"})

# Mailboxes of machines (git@github.com:a/b.git), and what stands where a name should.
MAILBOXES = frozenset(
    "git hg svn noreply no-reply donotreply do-not-reply username user_name youremail your_email your-email your.email "
    "yourname your_name your-name your.name myemail my_email someone somebody".split()
)

# Letters after the last dot of a mail domain: all two-letter country codes, and these.
GENERIC_TLDS = frozenset(
    "com org net edu gov mil int info biz name pro aero coop museum jobs mobi travel tel asia cat post xyz online site "
    "website app dev tech store shop blog cloud club live news media agency design digital email company solutions "
    "services support systems software studio group team work works world zone today life space fun art bank law "
    "health care clinic dental academy school university education church community foundation context homes land "
    "global international network center consulting finance financial capital ventures events photography gallery "
    "games google microsoft amazon apple berlin london paris nyc tokyo wien hamburg koeln bayern swiss brussels eus "
    "gal scot wales africa ngo ong inc llc ltd gmbh limited page link click top icu vip win bid one plus".split()
)

# Two letters that end files and members of objects far more often than mail addresses.
FILE_TLDS = frozenset({"py", "rs", "cs", "vb", "md", "sh", "js", "ts", "go", "cc", "hh", "mm"})

# Anycast resolvers, named in every guide to networks: nobody's address.
RESOLVERS = frozenset(
    "8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 4.2.2.1 4.2.2.2 "
    "94.140.14.14 94.140.15.15 2001:4860:4860::8888 2001:4860:4860::8844 2606:4700:4700::1111 2606:4700:4700::1001 "
    "2620:fe::fe".split()
)

PLACEHOLDER_PARTS = (
    "xxxx your my_ my- example placeholder insert replace change redacted dummy enter_ paste secret_key_here "
    "**** .... ____ ---- 00000000 here"
).split()

PASSWORDS = (
    r"(?i)(?:(?:my|your|the|db|user|root|admin|super|some|strong|new|old|postgres|mysql|secure|secret)[_-]?)*"
    r"(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|credentials?)[0-9]{0,4}|x+|\*+|\.+|changeme|redacted|"
    r".*[\[\]{}$%<>*].*"
)
"""Passwords that are the word itself, a blank, or a template's variable."""

DIGIT_RUNS = ("0123456789" * 2, "9876543210" * 2)
"""A number that is a part of one of these was typed along the keyboard."""
