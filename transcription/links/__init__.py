"""Audio and video files at links: fetched from public addresses only."""
