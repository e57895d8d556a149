"""How files at links are had, where the settings let links be followed."""

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
    sites = YtDlp(gate, settings.max_duration_s, settings.data_dir) if YtDlp.is_installed() else None
    return Fetcher(Links(max_bytes, gate, sites).fetch, max_bytes)
