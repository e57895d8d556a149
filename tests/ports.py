"""Ports for servers whose number must be known before they start."""

import socket


def free_port() -> int:
    """One of loopback that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
