"""A Bot API server on this machine: any bot can be pointed at it, and people can be played."""

from sandbox.client import SandboxClient
from sandbox.invitation import announce
from sandbox.observer import SandboxError, WaitTimeoutError
from sandbox.options import RateLimits, SandboxOptions
from sandbox.saving import StateFileError
from sandbox.server import SandboxServer, run_sandbox

__all__ = [
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
