"""What looks like personal data and is none: example domains, placeholders, service addresses."""

# ruff: noqa: SIM905 - lists of words are read and mended more easily as text
from __future__ import annotations

# RFC 2606 and RFC 6761 reserve these; the rest are domains that people write when they mean "some domain".
DOMAINS = frozenset(
    "example.com example.org example.net example.edu localhost domain.com yourdomain.com your-domain.com "
    "mydomain.com yourcompany.com your-company.com mycompany.com company.com yoursite.com yourwebsite.com "
    "website.com mysite.com test.com somedomain.com otherdomain.com anotherdomain.com acme.com foo.com bar.com "
    "abc.com xyz.com email.com your-email.com youremail.com yourmail.com emailaddress.com contoso.com "
    "fabrikam.com host.com hostname.com server.com yourserver.com myserver.com".split()
)
RESERVED_TLDS = frozenset({"example", "test", "invalid", "localhost", "local", "internal", "lan"})

# Mailboxes of machines (git@github.com:a/b.git), and what stands where a name should.
MAILBOXES = frozenset(
    "git hg svn noreply no-reply donotreply do-not-reply username user_name youremail your_email your-email "
    "your.email yourname your_name your-name your.name myemail my_email someone somebody".split()
)

# Letters after the last dot of a mail domain: all two-letter country codes, and these.
GENERIC_TLDS = frozenset(
    "com org net edu gov mil int info biz name pro aero coop museum jobs mobi travel tel asia cat post xyz "
    "online site website app dev tech store shop blog cloud club live news media agency design digital email "
    "company solutions services support systems software studio group team work works world zone today life "
    "space fun art bank law health care clinic dental academy school university education church community "
    "foundation house homes land global international network center consulting finance financial capital "
    "ventures events photography gallery games google microsoft amazon apple berlin london paris nyc tokyo wien "
    "hamburg koeln bayern swiss brussels eus gal scot wales africa ngo ong inc llc ltd gmbh limited page link "
    "click top icu vip win bid one plus".split()
)

# Two letters that end files and members of objects far more often than mail addresses.
FILE_TLDS = frozenset({"py", "rs", "cs", "vb", "md", "sh", "js", "ts", "go", "cc", "hh", "mm"})

# Anycast resolvers, named in every guide to networks: nobody's address.
RESOLVERS = frozenset(
    "8.8.8.8 8.8.4.4 1.1.1.1 1.0.0.1 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 4.2.2.1 4.2.2.2 "
    "94.140.14.14 94.140.15.15 75.75.75.75 75.75.76.76 64.6.64.6 2001:4860:4860::8888 2001:4860:4860::8844 "
    "2606:4700:4700::1111 2606:4700:4700::1001 2620:fe::fe".split()
)

PLACEHOLDER_PARTS = (
    "xxxx your my_ my- example placeholder insert replace change redacted dummy enter_ paste secret_key_here "
    "**** .... ____ ---- 00000000 here"
).split()

PASSWORDS = (
    r"(?i)(?:(?:my|your|the|db|user|root|admin|super|some|strong|new|old|postgres|mysql|secure|secret)[_-]?)*"
    r"(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|credentials?)[0-9]{0,4}|x+|\*+|\.+|changeme|redacted|tiger|"
    r"\$\(?[A-Za-z_]+\)?|%[A-Za-z_]+%|%s|\$\{?[0-9]\}?|\[.*\]|.*[{}<>].*|.*\*{3,}.*|x:[0-9]+:.*"
)
"""Passwords that are the word itself, a blank, or a template's variable."""

TECHNICAL_WORDS = (
    r"(?i)(?:sha|md|utf|wpa|wep|aes|rsa|base|argon|pbkdf|bcrypt|scrypt|hmac|iso|rfc|v|tls|ssl|oauth|web|int|uint|varchar|char)"
    r"[-_(]?[0-9]{1,5}\)?(?:[-_.(][\w)]*)?|"
    r"[0-9]+[-+]?(?:bits?|chars?|characters?|digits?|bytes?|letters?|words?|days?|hours?|minutes?|[a-z]{1,2})?|"
    r"(?:min|max|len|length|size)[:=_(-]?[0-9]+\)?|[\w-]*[._]?(?:min|max)(?:length)?[:=][0-9]+[\w|:]*|"
    r"(?:[a-z]+\|)+[a-z:0-9|]+|(?:[&*]|!{1,2})[a-z]\w*|[0-9.:]+/\w+|[~./\\][\w./\\-]*|\w+://.*|[0-9.:/]+"
)
"""Digests, encodings, types, rules of validation and paths: what is said about passwords, with digits."""

ORDINARY_WORDS = frozenset(
    "password passwords passwd passphrase passcode passwort kennwort pass pwd secret token username user users "
    "name names login logout signin signup sign register registration account accounts auth authentication "
    "authorization authenticate admin administrator root guest owner email mail phone address field fields input "
    "inputs form forms label placeholder text textarea type types value values key keys string strings varchar "
    "char number numeric integer int boolean bool object array null none nil undefined true false yes no on off "
    "empty blank default defaults optional required require requires required confirm confirmed confirmation "
    "validation validate validator valid invalid incorrect correct wrong missing error errors message messages "
    "failed failure success warning hash hashed hashing bcrypt argon encrypt encrypted encryption plain "
    "plaintext cleartext hidden visible visibility show hide toggle forgot forgotten reset change changed update "
    "updated create created new old current previous again repeat match mismatch strength strong weak length min "
    "max minimum maximum policy manager example sample dummy test testing your my the this that insert enter "
    "enter_here here something anything everything whatever changeit changeme letmein localhost development "
    "production staging postgres postgresql mysql mariadb redis mongo mongodb rabbitmq database server client "
    "host port description title content contents data info information details submit button icon column "
    "columns table row id uuid date time timestamp created_at updated_at deleted remember role roles permission "
    "permissions protected security secure private public access grant granted denied request response header "
    "headers body param params parameter parameters argument arguments option options setting settings config "
    "configuration environment env variable variables function method class property properties attribute "
    "attributes self file files path url uri link callback handler component element selector screen page view "
    "model controller service services contraseña contrasena senha wachtwoord hasło haslo parola lösenord "
    "salasana adgangskode heslo jelszó пароль mot de passe unknown unchanged unset disabled enabled allowed "
    "prompt generated generate random encoded encode decode masked redacted removed omitted provided specified "
    "stored storage store vault reference only complex simple repo".split()
)
"""Words that stand after a password's name in code, forms and messages."""

CODE_WORDS = frozenset(
    "password passwd pass pwd hash hashed user username users input value values field fields form request req "
    "response res param params arg args env config conf settings get set new old current confirm confirmed "
    "encoded encrypted encrypt decrypt plaintext string text data self this my the var tmp temp raw db database "
    "token key secret name auth login account admin default result row obj object item".split()
)
"""Words of which a program makes the names of its variables."""

DIGIT_RUNS = ("0123456789" * 2, "9876543210" * 2)
"""A number that is a part of one of these was typed along the keyboard."""

PROVIDERS = frozenset(
    "gmail.com googlemail.com yahoo.com yahoo.co.uk yahoo.co.in yahoo.fr hotmail.com hotmail.co.uk hotmail.fr "
    "outlook.com live.com msn.com icloud.com me.com mac.com aol.com proton.me protonmail.com pm.me gmx.de "
    "gmx.net gmx.com web.de t-online.de mail.com mail.ru yandex.ru yandex.com qq.com 163.com 126.com zoho.com "
    "fastmail.com tutanota.com orange.fr free.fr laposte.net libero.it uol.com.br bol.com.br rediffmail.com "
    "naver.com daum.net".split()
)
"""Domains of mail alone."""

IDN_TLDS = frozenset(
    "рф рус укр бел срб қаз мкд мон бг дети онлайн сайт орг ком москва ελ ευ հայ გე 中国 中國 香港 台湾 "
    "台灣 新加坡 澳門 澳门 公司 网络 网址 网站 在线 中文网 我爱你 商城 集团 移动 政务 公益 商店 佛山 广东 "
    "手机 企业 时尚 信息 组织机构 한국 닷컴 닷넷 삼성 みんな コム 世界 ストア セール グーグル भारत भारतम् "
    "संगठन नेट कॉम ভারত বাংলা ไทย คอม ලංකා இந்தியா இலங்கை சிங்கப்பூர் ישראל קום مصر السعودية امارات "
    "الاردن المغرب تونس قطر عمان فلسطين سورية العراق الجزائر ایران پاکستان بھارت شبكة موقع كوم".split()
)
"""Top-level domains in other scripts: those of countries, and generic ones."""
