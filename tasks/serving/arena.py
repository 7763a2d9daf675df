"""The arena's paths: begin a battle, ask both models at once, vote, and only then see their names."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from tasks.serving.api import Answering, Api, read_json
from tasks.serving.battle import SIDES, Battle, Battles, public
from tasks.serving.errors import EngineError, RequestError
from tasks.serving.prompt import Message
from tasks.serving.replies import event
from tasks.serving.request import ChatRequest, parse
from tasks.serving.vote_files import VoteFiles

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

Word = Annotated[StrictStr, Field(min_length=1, max_length=64, pattern=r"^[\w-]+$")]


class Asked(BaseModel):
    """A question to both."""

    model_config = ConfigDict(extra="forbid")
    battle: Word
    text: Annotated[StrictStr, Field(min_length=1)]


class Voted(BaseModel):
    """One of the four buttons; `keep_texts` only where the page has said what is kept and the person agreed."""

    model_config = ConfigDict(extra="forbid")
    battle: Word
    verdict: Literal["left", "right", "tie", "both_bad"]
    who: Word
    keep_texts: StrictBool = False


class Arena:
    """Battles over the models of a server.

    Args:
        api: that answers.
        votes: where votes go.
    """

    def __init__(self, api: Api, votes: VoteFiles) -> None:
        self.api, self.votes, self.battles = api, votes, Battles(list(api.models))

    async def begin(self, _: Request) -> Response:
        """Answer POST /arena/begin."""
        from starlette.responses import JSONResponse

        return JSONResponse(public(self.battles.begin()))

    async def ask(self, request: Request) -> Response:
        """Answer POST /arena/ask: one stream with the pieces of both sides as they come."""
        from starlette.responses import StreamingResponse

        asked = parse(Asked, await read_json(request))
        battle = self.battles.find(asked.battle)
        if battle.voted or battle.busy or battle.broken:
            raise RequestError(409, "closed", "This battle takes no question now: vote, or begin another.")
        question: Message = {"role": "user", "content": asked.text}
        answers = {side: self._answer(battle.models[side], [*battle.talks[side], question]) for side in SIDES}
        battle.busy = True
        return StreamingResponse(self._stream(battle, question, answers), media_type="text/event-stream")

    def _answer(self, model: str, talk: Sequence[Message]) -> Answering:
        return self.api.begin(self.api.models[model], ChatRequest.model_validate({"messages": list(talk)}))[0]

    async def _stream(self, battle: Battle, question: Message, answers: dict[str, Answering]) -> AsyncIterator[str]:
        """Yield the pieces of both answers in the order in which they come, then how each ended."""
        queue: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()
        texts = dict.fromkeys(SIDES, "")

        async def one(side: str) -> None:
            try:
                async for piece in self.api.limited(answers[side]):
                    texts[side] += piece
                    queue.put_nowait({"side": side, "text": piece})
                queue.put_nowait({"side": side, "finish": answers[side].finish})
            except EngineError:
                # The engine's own words could name its model.
                queue.put_nowait({"side": side, "error": "The model broke off. Begin another battle."})
                battle.broken = True
            finally:
                queue.put_nowait(None)

        tasks = [asyncio.create_task(one(side)) for side in SIDES]
        whole = False
        try:
            for _ in tasks:
                while (value := await queue.get()) is not None:
                    yield event(value)
            await asyncio.gather(*tasks)
            whole = not battle.broken
        finally:
            for task in tasks:
                task.cancel()
            battle.busy, battle.broken = False, not whole
        for side in SIDES if whole else ():
            battle.talks[side] += [question, {"role": "assistant", "content": texts[side]}]
        yield event({"done": not battle.broken})

    async def vote(self, request: Request) -> Response:
        """Answer POST /arena/vote: the names, once the vote is on disk."""
        from starlette.responses import JSONResponse

        voted = parse(Voted, await read_json(request))
        battle = self.battles.find(voted.battle)
        row = battle.vote(voted.verdict, voted.who, keep_texts=voted.keep_texts)
        battle.voted = True
        try:
            await asyncio.to_thread(self.votes.add, row)
        except OSError as error:
            battle.voted = False
            raise RequestError(507, "not_kept", f"The vote could not be written ({error.strerror}).") from error
        return JSONResponse(battle.models)
