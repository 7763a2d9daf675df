"""What can be known of a run's settings before its first stage, checked without Prefect, a server or a worker."""

from __future__ import annotations

import importlib.util
import logging
from functools import lru_cache

import phonenumbers

from flows.server import is_configured
from schemas.errors import SettingsError
from schemas.settings import Privacy, Runner, Settings, Tokens
from tasks.decontamination.benchmark_files import benchmarks
from tasks.runtime.config_file import guess
from tasks.tokens.chat_encoder import ChatEncoder, TextSegment, load_chat_encoder
from tasks.tokens.engine import Reference


def check_settings(settings: Settings) -> None:
    """Read what the settings name and prove that a sample can be made.

    Raises:
        PipelineError: template, tokenizer, context, a benchmark file, a region or the cluster cannot serve a run.
    """
    if settings.tokens != Tokens():  # what ships with us is loaded while Prefect comes up
        check_tokens(settings.tokens)
    check_regions(settings.privacy)
    benchmarks(settings.decontamination)
    check_cluster(settings.runner)


@lru_cache(maxsize=1)
def check_tokens(tokens: Tokens) -> None:
    """Raise PipelineError where template and tokenizer make no samples, or the context holds none of the template's."""
    encoder = load_chat_encoder(tokens.tokenizer, tokens.template)
    engine = encoder.tokenizer.engine
    if isinstance(engine, Reference):  # which is right, and slow
        note = encoder.tokenizer.engine_note
        logging.getLogger("sharegpt").warning("%s is encoded by %s: %s.", tokens.tokenizer, engine.name, note)
    least = shortest_sample(encoder)
    if tokens.context < least:
        raise SettingsError(
            f"tokens.context = {tokens.context}: the template {tokens.template} alone takes {least} tokens around a "
            f"question and an answer of one character: give at least {4 * least}."
        )


def shortest_sample(encoder: ChatEncoder) -> int:
    """Return how many tokens a question and an answer of one character take, without a system message."""
    count = len(encoder.opening(None).ids)
    for segment in encoder.round:
        if isinstance(segment, TextSegment):
            shown = ["a" if segment.question else "", segment.between, "b" if segment.answer else ""]
            count += len(encoder.tokenizer.engine.rows(["".join([segment.before, *shown, segment.after])])[0])
        else:
            count += len(segment)
    return count


def check_regions(privacy: Privacy) -> None:
    """Raise SettingsError for a country that has no numbering plan."""
    known = phonenumbers.SUPPORTED_REGIONS
    for region in privacy.phone_regions:
        if region not in known:
            hint = guess(region.upper(), known) or " Codes are those of ISO 3166, such as US."
            raise SettingsError(f"privacy.phone_regions: {region!r} is no country with a numbering plan.{hint}")


def check_cluster(runner: Runner) -> None:
    """Refuse a cluster that cannot work. Raises SettingsError with the mend."""
    if runner.kind == "local":
        return
    if not runner.address:
        raise SettingsError("runner.kind=dask needs runner.address, such as tcp://scheduler:8786.")
    if not is_configured():
        # With no server to talk to, every worker of the cluster would start a temporary one of its own.
        raise SettingsError(
            "runner.kind=dask needs a Prefect server that the cluster reaches: start one with "
            "`prefect server start --host 0.0.0.0` and set PREFECT_API_URL here and on the workers."
        )
    if importlib.util.find_spec("prefect_dask") is None:
        raise SettingsError("runner.kind=dask needs the extra: pip install 'sharegpt-clean[dask]'.")
