"""Client of the model hub: the files of a repository, and downloads that resume where they broke off.

The hub's client tells what there is and carries the connection; it reads HF_ENDPOINT, HF_TOKEN and the proxies itself.
It is imported when it is needed: a quarter of a second that nobody pays whose models are here.
"""

import time
from collections.abc import Generator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

BLOCK_BYTES = 1024**2
ANSWER_TIMEOUT_S = 5.0
STALL_TIMEOUT_S = 15.0
RETRIES = 3
"""How often in a row a download that brings nothing new is tried again."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository; the hub knows the sha256 of large ones only, and git's blob id of small ones."""

    name: str
    size: int
    url: str
    sha256: str | None
    blob_id: str | None = None


def look_up(repo: str) -> tuple[str, list[RemoteFile]]:
    """The newest commit of a repository and its files. Raises what the hub's client raises."""
    from huggingface_hub import HfApi, constants  # noqa: PLC0415 - see above

    constants.HF_HUB_DISABLE_TELEMETRY = True
    api = HfApi()
    info = api.model_info(repo, files_metadata=True, timeout=ANSWER_TIMEOUT_S)
    return str(info.sha), [
        RemoteFile(
            name=file.rfilename,
            size=file.size or 0,
            url=f"{api.endpoint}/{repo}/resolve/{info.sha}/{file.rfilename}",
            sha256=file.lfs.sha256 if file.lfs else None,
            blob_id=None if file.lfs else file.blob_id,
        )
        for file in info.siblings or ()
    ]


def download(file: RemoteFile, path: Path) -> Generator[int, None, None]:
    """Append to `path` what it lacks of the file, yielding its length after each block.

    Done here because `hf_hub_download` of huggingface_hub 2 throws away what an interrupted download had got.
    """
    path.touch()
    failures = 0
    while (had := path.stat().st_size) < file.size:
        try:
            yield from _append(path, had, file.url)
        except Exception:
            failures = 0 if path.stat().st_size > had else failures + 1
            if failures > RETRIES:
                raise
            time.sleep(failures)


def _append(path: Path, had: int, url: str) -> Generator[int, None, None]:
    from huggingface_hub import get_session, get_token  # noqa: PLC0415 - see above

    headers = {"Accept-Encoding": "identity", "Range": f"bytes={had}-"}
    if token := get_token():
        headers["Authorization"] = f"Bearer {token}"  # the client leaves it out where a redirect leads to another host
    with (
        get_session().stream("GET", url, headers=headers, timeout=STALL_TIMEOUT_S) as response,
        path.open("ab", buffering=0) as file,
    ):
        response.raise_for_status()
        if response.status_code != HTTPStatus.PARTIAL_CONTENT:
            file.truncate(0)
        block = b""
        for block in response.iter_bytes(BLOCK_BYTES):
            file.write(block)
            yield file.tell()
        if not block:
            raise EOFError(f"{url} has nothing beyond {had} bytes")
