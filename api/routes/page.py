"""The page for people, at `/`: microphone, live text, files. It is one file, and asks no other site for anything."""

import base64
import hashlib
import re
from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

PAGE = Path(__file__).parents[1] / "page" / "index.html"


def build_router() -> APIRouter:
    """`/`."""
    router = APIRouter()
    page = create_page(PAGE.read_text(encoding="utf-8"))
    router.add_api_route("/", lambda: page, include_in_schema=False)
    return router


def create_page(html: str) -> HTMLResponse:
    """The page, with a policy by which a browser runs and fetches nothing but what is in it and on this server."""
    policy = (
        "default-src 'none'",
        f"script-src {_digest(html, 'script')} blob:",  # a blob is what an AudioWorklet can be loaded from
        f"style-src {_digest(html, 'style')}",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    headers = {"Content-Security-Policy": "; ".join(policy), "Permissions-Policy": "microphone=(self)"}
    return HTMLResponse(html, headers=headers)


def _digest(html: str, tag: str) -> str:
    """The source expression of an inline element, by its content."""
    found = re.search(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
    assert found
    return f"'sha256-{base64.b64encode(hashlib.sha256(found[1].encode()).digest()).decode()}'"
