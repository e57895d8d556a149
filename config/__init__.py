"""The owner's settings, from the environment and a .env file. Nothing is read at import."""

from config.loading import SettingsError, former_names, load_settings
from config.settings import CLOUD_MAX_FILE_MB, Settings

__all__ = ["CLOUD_MAX_FILE_MB", "Settings", "SettingsError", "former_names", "load_settings"]
