"""How command lines, files and calls give a password, as data."""

from __future__ import annotations

from typing import NamedTuple

# Options and files that take a password; `user` is compared, since user and password alike are an example.
_LOGIN = r"(?P<user>[^\s:\"'@/,%]{1,64})[:,%](?P<value>[^\s\"'`\\]{2,128})"
_OPTION = r"[\"']?(?P<value>[^\s\"'`\\;|&-](?:[^\s\"'`\\;|&]|&(?![&\s])){2,127})"

# Options between the command and its password, counted in words: a redacted value is still one word.
_WORDS = r"(?:[ \t]+[^\s|;]+){0,12}?[ \t]+"


class Command(NamedTuple):
    """How a command line or a file gives a password.

    `words` are the literal texts one of which stands in every match; `pattern` has the groups `value` and, where the
    user is named, `user`.
    """

    words: tuple[str, ...]
    pattern: str


COMMANDS: tuple[Command, ...] = (
    Command(
        ("-u", "-U", "-a", "-user"), r" (?:-u|-U|-a|--auth|--user|--proxy-user)[ =]{0,2}[\"']?" + _LOGIN
    ),  # curl, httpie
    Command(("curl -",), r"curl -[a-zA-Z]{1,4}u[ ]{0,2}[\"']?" + _LOGIN),  # curl -su
    Command(("pass",), r" --?[a-z-]{0,24}(?:password|passwd|passphrase|pass)[ \t]" + _OPTION),  # wget, keytool
    Command(("mysql", "mariadb"), r"(?:mysql|mysqldump|mysqladmin|mariadb)" + _WORDS + r"-p" + _OPTION),
    Command(
        (
            "sshpass",
            "docker",
            "podman",
            "mongo",
            "az ",
            "oc ",
            "helm",
            "cqlsh",
            "psexec",
            "useradd",
            "usermod",
            "winrm",
        ),
        r"(?:sshpass|docker|podman|mongosh|mongo|mongodump|mongorestore|\baz|\boc|helm|cqlsh|psexec|useradd|usermod|winrm)"
        + _WORDS
        + r"-p[ \t]?"
        + _OPTION,
    ),
    Command(("redis-cli",), r"redis-cli" + _WORDS + r"-a[ \t]" + _OPTION),
    Command(("sqlcmd", "bcp", "mosquitto"), r"(?:sqlcmd|bcp|mosquitto_(?:pub|sub))" + _WORDS + r"-P[ \t]?" + _OPTION),
    Command(("ipmitool",), r"ipmitool" + _WORDS + r"-P[ \t]" + _OPTION),
    Command(("snmp",), r"snmp(?:walk|get|set|bulkwalk|table)" + _WORDS + r"-A[ \t]" + _OPTION),
    Command(("snmp",), r"snmp(?:walk|get|set|bulkwalk|table)" + _WORDS + r"-X[ \t]" + _OPTION),
    Command(("plink", "pscp", "psftp", "putty"), r"(?:plink|pscp|psftp|putty)" + _WORDS + r"-pw[ \t]" + _OPTION),
    Command(("freerdp",), r"freerdp" + _WORDS + r"/p:" + _OPTION),
    Command(("nmcli",), r"nmcli" + _WORDS + r"password[ \t]" + _OPTION),
    Command(("wpa_passphrase",), r"wpa_passphrase[ \t]+(?:\"[^\"\n]{1,64}\"|\S{1,64})[ \t]+" + _OPTION),
    Command(("openssl",), r"openssl enc" + _WORDS + r"-k[ \t]" + _OPTION),
    Command(
        ("sqlplus", "jdbc:oracle"),
        r"(?:sqlplus[ \t]{1,2}(?:-[A-Za-z]{1,2}[ \t]{1,2}){0,3}(?:userid=)?[\"']?|"
        r"jdbc:oracle:[a-z0-9]{3,5}:)(?P<user>[^\s/@\"':]{1,64})/[\"']?(?P<value>[^\s\"'@]{2,128})",
    ),
    Command(("ldap",), r"(?:ldapsearch|ldapadd|ldapmodify)" + _WORDS + r"-w[ \t]" + _OPTION),
    Command(("htpasswd",), r"htpasswd -[a-zA-Z]{0,4}b[a-zA-Z]{0,4} \S{1,80} \S{1,64} " + _OPTION),
    Command(("net user",), r"net user \S{1,64} " + _OPTION),
    Command(("add_user",), r"add_user \S{1,64} " + _OPTION),  # rabbitmqctl
    Command((" /user:",), r" /user:[^\s:]{1,64} " + _OPTION),  # net use
    Command(("net use",), r"net use[ \t]{1,2}(?:[A-Za-z*]:?[ \t]{1,2})?\\\\\S{1,120}[ \t]{1,2}(?!/)" + _OPTION),
    Command(("zip", "7z", "rar"), r"\b(?:zip|unzip|7z|rar|unrar)" + _WORDS + r"-[pP][ \t]?" + _OPTION),
    Command(("SecureString",), r"SecureString[ \t]{1,4}(?:-String[ \t]{1,4})?" + _OPTION),
    Command(("pass:",), r" pass:" + _OPTION),  # openssl
    Command(
        ("requirepass", "masterauth", "DENTIFIED", "dentified"),  # redis, SQL
        r"(?:requirepass|masterauth|(?i:identified (?:with [\"'`]?\w{1,40}[\"'`]? )?by))[ \t]{1,4}" + _OPTION,
    ),
    Command(("machine",), r"\blogin[ \t]{1,4}\S{1,64}\s{1,4}password[ \t]{1,4}" + _OPTION),  # .netrc
    Command(("chpasswd",), r"echo[ \t]{1,2}[\"']?" + _LOGIN + r"[\"']?[ \t]{0,2}\|[ \t]{0,2}(?:sudo )?chpasswd"),
    Command(
        ("sudo -S", "--stdin", "docker login"),
        r"echo[ \t]{1,2}" + _OPTION + r"[\"']?[ \t]{0,2}\|[ \t]{0,2}(?:sudo -S|passwd --stdin|docker login)",
    ),
    Command(
        ("og in with ", "ogin: "),
        r"[Ll]og ?in(?:[ ]with[: ]{1,2}|:[ ])"
        r"(?P<user>[^\s/:]{2,64}) ?[/|] ?(?P<value>[^\s\"'`<>]{8,128})",
    ),
    Command(
        ("redentials: ",),
        r"redentials:[ \t]{1,2}(?P<user>[^\s:/]{2,64}) ?[:/] ?(?P<value>[^\s\"'`<>]{4,128})",
    ),
)
COMMAND_HINTS = (
    r" -(?:u|U|-auth|-user|-proxy-user|p|a|P|w|pw|k|A|X|-?[a-z-]{0,24}pass[a-z]{0,6})[ =]{0,2}[\"']?"
    r"[!#-&(-,.-{}~][!#-&(-{}~]{0,40}[0-9!@#$%^&*+=?~]",
    r"net use| /user:|SecureString |add_user |sshpass|docker login|htpasswd|chpasswd|sudo -S|requirepass|masterauth|"
    r"DENTIFIED |dentified by|dentified with|redentials: | pass:[^ ]{3}| login [!-~]{1,64}[ \n]{1,6}password |"
    r"sqlplus |jdbc:oracle|nmcli |wpa_passphrase | /p:|og in with |ogin: |curl -[a-zA-Z]+u",
)
CALLS = (
    "auth=(",
    "Auth(",
    ".auth(",
    ".login(",
    "redentials(",
    "redential(",
    "mysqli(",
    "sql.connect(",
    "SQLdb.connect(",
    "iFi.begin(",
    "_connect(",
    "PDO(",
    "tConnection(",
)
"""What opens the arguments of a call, one of which is a password."""
CALL_HINT = (
    r"(?:auth=|Auth|[.]auth|[.]login|redentials?|mysqli|_connect|sql\.connect|SQLdb\.connect|iFi\.begin|PDO|tConnection)\("
    r"[ -'*-~\n]{3,200}[\"'][!#-&(-~]{0,40}[0-9!@#$%^&*+=?~]"
)
