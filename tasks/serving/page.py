"""The page for a browser: one file as it is, whose own script and style are all that it may run and load."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tasks.report.render import source_hash

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

PAGE = Path(__file__).with_name("templates") / "chat.html"


@cache
def read_page() -> tuple[str, str]:
    """Return the page, and the policy by which a browser runs nothing but what stands in it."""
    text = PAGE.read_text(encoding="utf-8")
    allowed = {}
    for tag in ("script", "style"):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        allowed[tag] = source_hash(body)
    parts = [f"script-src {allowed['script']}", f"style-src {allowed['style']}", "connect-src 'self'"]
    parts += [f"{name} 'none'" for name in ("default-src", "base-uri", "form-action", "frame-ancestors")]
    return text, "; ".join(parts)


async def page(_: Request) -> Response:
    """Answer GET /."""
    from starlette.responses import HTMLResponse

    text, policy = read_page()
    headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    return HTMLResponse(text, headers=headers | {"X-Content-Type-Options": "nosniff"})
