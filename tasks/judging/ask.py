"""Many requests at once, some at a time; one that can never succeed stops the run, and what is under way is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from tasks.judging.client import Client, EndpointError, Reply
from tasks.judging.journal import Journal

Messages = list[dict[str, str]]


class Asked:
    """Requests to one endpoint, each found in the journal or sent and written to it.

    Args:
        client: the open endpoint.
        journal: where replies are kept.
        before: called with each prompt before it is sent; raises to stop the run, for its cost say.
        after: called with each prompt and the reply to it.
    """

    def __init__(
        self,
        client: Client,
        journal: Journal,
        before: Callable[[Messages], None] = lambda _: None,
        after: Callable[[Messages, Reply], None] = lambda *_: None,
    ) -> None:
        self.client, self.journal, self.before, self.after = client, journal, before, after
        self.calls = self.found = self.failures = 0

    async def reply(self, key: str, messages: Messages, temperature: float, max_tokens: int) -> Reply:
        """Return the reply under a key; only a request that failed is sent again.

        Raises EndpointError where the endpoint fails again and again.
        """
        known = self.journal.entries.get(key)
        if known is not None and known["fate"] != "failed":
            self.found += 1
            return Reply(**known)
        self.before(messages)
        reply = await self.client.ask(messages, temperature, max_tokens)
        self.journal.add(key, reply.entry())
        self.calls += 1
        self.after(messages, reply)
        self.failures = self.failures + 1 if reply.fate == "failed" else 0
        if self.failures >= self.client.asking.give_up_after:
            endpoint = self.client.endpoint
            raise EndpointError(
                f"{endpoint.name} at {endpoint.url} failed {self.failures} requests in a row, the last with "
                f"“{reply.detail}”: mend that; then the same command goes on where it stopped."
            )
        return reply


async def at_once(items: Iterable[Any], parallel: int, work: Callable[[Any], Awaitable[None]]) -> None:
    """Do the work for every item, `parallel` at a time.

    After an error no item is begun; those under way are finished, since they are paid for. Then the error is raised.
    """
    waiting = iter(items)
    errors: list[Exception] = []

    async def worker() -> None:
        for item in waiting:
            if errors:
                return
            try:
                await work(item)
            except Exception as error:
                errors.append(error)

    await asyncio.gather(*(worker() for _ in range(parallel)))
    if errors:
        raise errors[0]
