"""A local Telegram Bot API server with simulated users, for trying and testing any bot."""

from sandbox.control.client import SandboxClient
from sandbox.control.observer import SandboxError, WaitTimeoutError
from sandbox.launcher import announce
from sandbox.options import RateLimits, SandboxOptions
from sandbox.persistence.saving import StateFileError
from sandbox.server import SandboxServer, run_sandbox
from sandbox.web.seed import ANNA

__all__ = [
    "ANNA",
    "RateLimits",
    "SandboxClient",
    "SandboxError",
    "SandboxOptions",
    "SandboxServer",
    "StateFileError",
    "WaitTimeoutError",
    "announce",
    "run_sandbox",
]
