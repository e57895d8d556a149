"""How files at links are had, where the settings let links be followed."""

from importlib.metadata import version

from config import Settings
from transcription.audio.fetching import Fetcher
from transcription.links.addresses import Gate
from transcription.links.fetching import Links
from transcription.links.sites import YtDlp


def create_link_fetcher(settings: Settings) -> Fetcher | None:
    """What fetches files at links, and recordings on pages with the extra `links`; None without LINKS."""
    if not settings.links:
        return None
    gate, max_bytes = Gate(), settings.api_max_file_bytes
    sites = YtDlp(gate, settings.max_duration_s) if YtDlp.is_installed() else None
    return Fetcher(Links(max_bytes, gate, sites).fetch, max_bytes)


def look_at_links() -> str:
    """What is fetched where links are followed, in a sentence for `--check`."""
    if YtDlp.is_installed():
        return f"links: files, and recordings on pages by yt-dlp {version('yt-dlp')}"
    return "links: files only; scripts/setup.sh links adds recordings on pages"
