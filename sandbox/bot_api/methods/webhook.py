"""Methods about the webhook: setWebhook, deleteWebhook, getWebhookInfo; `sandbox.bot_api.webhook` calls it."""

from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

from sandbox.bot_api.methods.call import MethodCall
from sandbox.loopback import is_loopback
from sandbox.telegram.errors import bad_request, too_many_requests
from sandbox.telegram.model import Json

_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_PORTS = (443, 80, 88, 8443)
_MAX_CONNECTIONS = 40
_PAUSE_S = 1.0


def set_webhook(call: MethodCall) -> bool:
    """setWebhook; an empty address deletes it. Plain http is for this machine only, as with a server in local mode."""
    if not call.params.text("url"):
        return delete_webhook(call)
    profile, now = call.state.profile, time.monotonic()
    if call.state.options.rates.enabled and now < profile.webhook_set_at + _PAUSE_S:
        raise too_many_requests(1)
    profile.webhook_set_at = now
    secret = call.params.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    profile.webhook = {
        "url": _address(call.params.text("url")),
        "secret_token": secret,
        "max_connections": min(max(call.params.integer("max_connections", _MAX_CONNECTIONS), 1), 100),
    }
    allowed = call.params.json("allowed_updates", "allowed updates")
    if allowed is not None:
        call.state.updates.allow(allowed)
    _drop_pending(call)
    call.state.bus.publish("webhook")
    return True


def _address(text: str) -> str:
    url = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise bad_request("invalid webhook URL specified") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if not is_loopback(parts.hostname):
        if parts.scheme == "http":
            raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
        if port not in (None, *_PORTS):
            raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    return url


def delete_webhook(call: MethodCall) -> bool:
    """deleteWebhook."""
    call.state.profile.webhook = {"url": ""}
    _drop_pending(call)
    call.state.bus.publish("webhook")
    return True


def _drop_pending(call: MethodCall) -> None:
    if call.params.flag("drop_pending_updates"):
        call.state.updates.clear()
        call.state.bus.publish("confirmed")


def get_webhook_info(call: MethodCall) -> Json:
    """getWebhookInfo, without the secret."""
    updates = call.state.updates
    info = {"has_custom_certificate": False, "pending_update_count": len(updates)}
    allowed = {"allowed_updates": sorted(updates.allowed)} if updates.allowed else {}
    return {**call.state.profile.public_webhook(), **info, **allowed}
