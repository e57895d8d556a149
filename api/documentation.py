"""The OpenAPI page, all of it from here, and what FastAPI can't see by itself: streamed bodies, errors, keys."""

import base64
import copy
import hashlib
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles

from api.forms import LINK_FIELD, MAX_LINK
from api.parameters import Parameters
from api.schemas import ErrorBody

_FILE = {
    "type": "string",
    "format": "binary",
    "contentMediaType": "application/octet-stream",
    "description": "Audio or video that ffmpeg can read.",
}


def _form(**fields: Any) -> dict[str, Any]:
    schema = {"type": "object", "required": ["file"], "properties": {"file": _FILE, **fields}}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


FILE_BODY = _form()
"""A file."""
UPLOAD_BODY = _form(**Parameters.model_json_schema()["properties"])
"""A file, with the parameters that may also stand in the query."""
NO_KEY: dict[str, Any] = {"security": []}
"""A call that needs none."""

_LINK = {
    "type": "string",
    "format": "uri",
    "maxLength": MAX_LINK,
    "description": "In the file's place: a link to an audio or video file on a public site, from where it is fetched.",
    "examples": ["https://example.org/episode-1.mp3"],
}
_ONLY_FILES = "/api/recordings"

_FLAT = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a call."""
    return {status: {"model": ErrorBody} for status in (*statuses, 403, 500)}


def errors_of_stream(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a call whose answer else is no JSON."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{ErrorBody.__name__}"}}}
    return {key: {"description": "Error", "content": content} for key in (*statuses, 403, 500)}


def flat_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a call that has its sentence only."""
    described = {"description": "Error", "content": {"application/json": {"schema": _FLAT}}}
    return dict.fromkeys((*statuses, 403, 500), described)


def add_page(app: FastAPI, *, takes_links: bool = False) -> None:
    """Serve `/docs` with Swagger UI's own files, from the package that brings them; no other site is asked."""
    page = get_swagger_ui_html(
        openapi_url="openapi.json",
        title=app.title,
        swagger_js_url="docs/static/swagger-ui-bundle.js",
        swagger_css_url="docs/static/swagger-ui.css",
        swagger_favicon_url="docs/static/favicon-32x32.png",
        swagger_ui_parameters={"docExpansion": "list", "defaultModelsExpandDepth": 0},
    )
    script = bytes(page.body).partition(b"<script>")[2].partition(b"</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
    page.headers["Content-Security-Policy"] = "; ".join(
        (
            *("default-src 'none'", f"script-src 'self' 'sha256-{digest}'", "style-src 'self' 'unsafe-inline'"),
            *("img-src 'self' data:", "connect-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"),
        )
    )
    app.add_api_route("/docs", lambda: page, include_in_schema=False)
    app.mount("/docs/static", StaticFiles(packages=[("fastapi_swagger", "resources")]))
    _describe_keys(app)
    if takes_links:
        _describe_links(app)


def _describe_keys(app: FastAPI) -> None:
    """Have the page say how a key is sent, with a field for it; calls without a key just leave it out."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        schema = make()
        schema.setdefault("components", {})["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "description": "A key or a token (JWT)."},
            "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
        schema["security"] = [{}, {"bearer": []}, {"key": []}]
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


def _describe_links(app: FastAPI) -> None:
    """Have the page say where a link may stand in for a file."""
    make = app.openapi

    def openapi() -> dict[str, Any]:
        schema = copy.deepcopy(make())  # parts of it are this module's
        for path, calls in schema["paths"].items():
            content = calls.get("post", {}).get("requestBody", {}).get("content", {})
            form = content.get("multipart/form-data", {}).get("schema", {})
            if path != _ONLY_FILES and form.pop("required", None):
                form["properties"] = {**form["properties"], LINK_FIELD: _LINK}
                form["oneOf"] = [{"required": ["file"]}, {"required": [LINK_FIELD]}]
        return schema

    app.openapi = openapi  # type: ignore[method-assign]
