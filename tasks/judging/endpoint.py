"""Where a model or a judge is asked, and with which key: from the environment, for its own address alone."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from schemas.errors import SettingsError
from schemas.settings.judge import OPENAI

JUDGE = "judge"
"""Name of the judge's endpoint: its key stands in SHAREGPT_KEY_JUDGE."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible address.

    Args:
        name: of the model, as the figures call it.
        url: without a key, a password or a query.
        model: what the address calls the model.
    """

    name: str
    url: str
    model: str

    @property
    def host(self) -> str:
        """Return the host's name, in lower case."""
        return urlsplit(self.url).hostname or ""

    @property
    def variable(self) -> str:
        """Return the environment variable of its key."""
        return "SHAREGPT_KEY_" + re.sub(r"[^A-Z0-9]", "_", self.name.upper())

    def is_local(self) -> bool:
        """Whether it is an address of this machine."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host is reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parse_model(word: str) -> Endpoint | tuple[str, Path]:
    """Return what `NAME=URL[#MODEL]` or `NAME=FILE` names. Raises SettingsError with the mend."""
    name, equals, place = word.partition("=")
    if not equals or not place or not NAME.fullmatch(name):
        raise SettingsError(
            f"--model {public(word)!r} is not of the form NAME=URL or NAME=FILE (names: letters, digits, `._-`)."
        )
    if name.lower() == JUDGE:
        raise SettingsError(f"--model {JUDGE}=…: that name is the judge's: give the model another.")
    return parse_endpoint(name, place, name) if is_url(place) else (name, Path(place))


def is_url(word: str) -> bool:
    """Whether a word is meant as an address."""
    return re.match(r"[a-z][a-z0-9+.-]*://", word, re.IGNORECASE) is not None


def parse_endpoint(name: str, url: str, model: str) -> Endpoint:
    """Return the endpoint of an address; what follows `#` is the model's name there. Raises SettingsError."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise SettingsError(f"{name}: {public(url)!r} is no address ({error}).") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"{name}: {public(url)!r} is no http:// or https:// address.")
    if parts.username or parts.password or parts.query:
        # Addresses stand in files and reports.
        raise SettingsError(
            f"{name}: {public(url)} holds a password or a query: give the address alone, and its key in the "
            f"environment variable {Endpoint(name, '', '').variable}."
        )
    return Endpoint(name, f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", parts.fragment or model)


def public(url: str) -> str:
    """Return an address without what may be secret in it."""
    return re.sub(r"(?<=//)[^/@]*@", "…@", url).partition("?")[0]


def key_of(endpoint: Endpoint, environment: Mapping[str, str] | None = None) -> str | None:
    """Return an endpoint's key: from its own variable, or OPENAI_API_KEY for the judge at OpenAI's address alone."""
    known = os.environ if environment is None else environment
    own = known.get(endpoint.variable, "").strip()
    if own:
        return own
    if endpoint.name == JUDGE and endpoint.url == OPENAI:
        return known.get("OPENAI_API_KEY", "").strip() or None
    return None


def check_keys(endpoints: Iterable[Endpoint]) -> None:
    """Raise SettingsError where two names share a variable and the one's key would go to the other's host."""
    owners: dict[str, Endpoint] = {}
    for one in endpoints:
        other = owners.setdefault(one.variable, one)
        if (other.name, other.host) != (one.name, one.host):
            raise SettingsError(
                f"{other.name} and {one.name} would both take their key from {one.variable}: rename one of them."
            )
