"""What FastAPI can't see by itself for the OpenAPI page: bodies that are streamed, errors, keys."""

from typing import Any

from fastapi import FastAPI

from api.parameters import Parameters
from api.schemas import ErrorBody

_FIELDS = Parameters.model_json_schema()["properties"]

UPLOAD_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "contentMediaType": "application/octet-stream",
                            "description": "Audio or video that ffmpeg can read.",
                        },
                        **_FIELDS,
                    },
                },
            }
        },
    }
}
"""A file, with the parameters that may also stand in the query."""

_FLAT = {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a call."""
    return {status: {"model": ErrorBody} for status in (*statuses, 500)}


def flat_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a call that has its sentence only."""
    described = {"description": "Error", "content": {"application/json": {"schema": _FLAT}}}
    return dict.fromkeys((*statuses, 500), described)


def describe_keys(app: FastAPI) -> None:
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
