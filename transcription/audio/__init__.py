"""From the bytes of a file to windows of 16 kHz samples."""
