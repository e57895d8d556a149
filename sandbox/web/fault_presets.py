"""Fault presets of the page: named sets of faults, switched on and off while the bot runs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sandbox.bot_api.faults import DOWNLOAD, Fault, FaultInjector
from sandbox.telegram.errors import bad_request

_WRITES = ("sendMessage", "editMessageText", "sendDocument", "deleteMessage", "sendMessageDraft", "setMessageReaction")

PRESETS: Mapping[str, tuple[Fault, ...]] = MappingProxyType(
    {
        "slow": (
            Fault(method="*", kind="hang", seconds=1.5, times=None),
            Fault(method=DOWNLOAD, kind="slow", bytes_per_s=16 * 1024, times=None),
        ),
        "flood": tuple(
            Fault(method=name, kind="flood", retry_after=3, probability=0.5, times=None) for name in _WRITES
        ),
        "server_errors": tuple(
            Fault(method=name, kind="bad_gateway", probability=0.5, times=None) for name in ("*", DOWNLOAD)
        ),
        "offline": tuple(Fault(method=name, kind="reset", times=None) for name in ("*", DOWNLOAD)),
        "lost_files": (Fault(method="getFile", kind="unavailable", probability=0.5, times=None),),
        "token_refused": tuple(
            Fault(method=name, kind="error", code=401, text="Unauthorized", times=None) for name in ("*", DOWNLOAD)
        ),
        "lost_answers": tuple(Fault(method=name, kind="reset_after", probability=0.3, times=None) for name in _WRITES),
    }
)


class FaultPresets:
    """Switches presets; one is on while its faults are active."""

    def __init__(self, faults: FaultInjector) -> None:
        self._faults = faults

    def switch(self, name: str, on: bool) -> None:
        """Switch one; raises a 400 for an unknown name."""
        if name not in PRESETS:
            raise bad_request(f"no such preset; there are {', '.join(sorted(PRESETS))}")
        for fault in PRESETS[name]:
            self._faults.remove(fault)
            if on:
                self._faults.add(fault)

    def shown(self) -> dict[str, bool]:
        """Each preset by name, and whether it is on."""
        return {name: self._faults.holds(faults[0]) for name, faults in PRESETS.items()}
