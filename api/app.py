"""The API's composition root: the FastAPI application on a service, and the way in that serves it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import errors
from api.dependencies import Api
from api.documentation import add_page
from api.guard.authentication import Authenticator
from api.guard.edge import Edge
from api.guard.lingering import Lingering
from api.guard.network import NetworkGuard
from api.guard.rate_limit import SubmissionLimiter
from api.metrics import RequestMetrics
from api.options import ApiOptions
from api.recordings import Recordings
from api.routes import (
    health,
    metrics,
    model_admin,
    openai_audio,
    openai_models,
    page,
    queue,
    realtime,
    recordings,
    simple,
    tasks,
)
from api.server import ApiServer
from api.tasks import API, Tasks
from api.uploads import Uploads
from config import Settings
from runtime.links import create_link_fetcher
from runtime.services import Services
from transcription import Fetcher, SourceKind

UPLOADS = "uploads"
"""The folder of uploads, in DATA_DIR."""


def create_app(services: Services, options: ApiOptions, uploads: Uploads) -> FastAPI:
    """The application, with its parts in `app.state.api`; `ApiServer` has them looked after."""
    storage = services.storage
    authenticator = Authenticator(options.keys, storage.api_keys, options.tokens)
    app = FastAPI(
        title="Stenobot",
        description="Speech to text on this machine.",
        version="1",
        redirect_slashes=False,
        separate_input_output_schemas=False,
        docs_url=None,
        redoc_url=None,
    )
    app.state.api = Api(
        services=services,
        options=options,
        uploads=uploads,
        tasks=Tasks(services.service, uploads, max_queued=options.max_queued, keep_days=options.keep_days),
        recordings=Recordings(storage.recordings, uploads, options.keep_days),
        authenticator=authenticator,
        limiter=SubmissionLimiter(options.rate_limit),
    )
    errors.register(app)
    for family in (
        health,
        tasks,
        simple,
        recordings,
        openai_audio,
        openai_models,
        model_admin,
        realtime,
        metrics,
        queue,
        page,
    ):
        app.include_router(family.build_router())
    add_page(app, takes_links=options.takes_links)
    _add_guards(app, options, authenticator)
    if services.metrics:
        app.add_middleware(RequestMetrics, registry=services.metrics.registry)
    return app


def _add_guards(app: FastAPI, options: ApiOptions, authenticator: Authenticator) -> None:
    """Middlewares, the innermost first."""
    app.add_middleware(NetworkGuard, options=options, authenticator=authenticator)
    if options.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=options.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=[
                "Authorization",
                "X-API-Key",
                "Content-Type",
                "Idempotency-Key",
                "Cache-Control",
                "traceparent",
            ],
            expose_headers=["Location", "Retry-After", "X-Request-ID"],
        )
    app.add_middleware(Lingering)
    app.add_middleware(Edge)
    if options.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=[str(each) for each in options.trusted_proxies])


@dataclass(frozen=True, slots=True)
class Http:
    """The way in by HTTP, before there is a service: it has the uploads."""

    options: ApiOptions
    uploads: Uploads
    links: Fetcher | None

    @property
    def sources(self) -> Mapping[str, SourceKind]:
        """Uploads, and what is at links."""
        return {API: SourceKind(self.uploads.fetch, self.options.max_file_bytes, is_polled=True, links=self.links)}

    def create_frontend(self, services: Services) -> ApiServer:
        """The server on a service, not yet listening."""
        app = create_app(services, self.options, self.uploads)
        return ApiServer(app, app.state.api)


@asynccontextmanager
async def open_http(settings: Settings, _metrics: object = None) -> AsyncIterator[Http]:
    """The API's own parts. Raises `SettingsError`."""
    options = ApiOptions.of(settings)
    uploads = Uploads(options.folder / UPLOADS, options.max_file_bytes, options.max_upload_bytes)
    yield Http(options, uploads, create_link_fetcher(settings))
