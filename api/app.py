"""The API's composition root: the FastAPI application on a service, and the way in that serves it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI

from api import errors
from api.dependencies import Api
from api.guard.authentication import Authenticator
from api.options import ApiOptions
from api.routes import health, openai_audio, openai_models, realtime
from api.server import ApiServer
from api.tasks import API, Tasks
from api.uploads import Uploads
from config import Settings
from runtime.services import Services
from transcription import SourceKind

UPLOADS = "uploads"
"""The folder of uploads, in DATA_DIR."""


def create_app(services: Services, options: ApiOptions, uploads: Uploads) -> FastAPI:
    """The application, with its parts in `app.state.api`; `ApiServer` has its tasks looked after."""
    tasks = Tasks(services.service, uploads, max_queued=options.max_queued, keep_days=options.keep_days)
    app = FastAPI(title="Stenobot", description="Speech to text on this machine.", version="1")
    app.state.api = Api(services, options, uploads, tasks, Authenticator(options))
    errors.register(app)
    for family in (health, openai_audio, openai_models, realtime):
        app.include_router(family.build_router())
    return app


@dataclass(frozen=True, slots=True)
class Http:
    """The way in by HTTP, before there is a service: it has the uploads."""

    options: ApiOptions
    uploads: Uploads

    @property
    def sources(self) -> Mapping[str, SourceKind]:
        """Uploads."""
        return {API: SourceKind(self.uploads.fetch, self.options.max_file_bytes, is_polled=True)}

    def create_frontend(self, services: Services) -> ApiServer:
        """The server on a service, not yet listening."""
        app = create_app(services, self.options, self.uploads)
        return ApiServer(app, app.state.api.tasks, self.options)


@asynccontextmanager
async def open_http(settings: Settings) -> AsyncIterator[Http]:
    """The API's own parts. Raises `SettingsError`."""
    options = ApiOptions.of(settings)
    yield Http(options, Uploads(options.folder / UPLOADS, options.max_file_bytes, options.max_upload_bytes))
