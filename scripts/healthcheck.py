"""Whether the process of this container answers: for Docker's HEALTHCHECK and Kubernetes' exec probes.

Asks /health where there is an API, else /metrics; both are answered by the event loop that does the work.
Any answer but an error of the server's own is one: with ALLOWED_IPS it may be a refusal.
Exits with 1 where nothing answers within seconds, and where there is no port to ask.
"""

import http.client
import os
import sys

TIMEOUT_S = 4.0
"""Below the 5 s that Dockerfile and manifests give it, so that the reason is said."""


def target() -> tuple[int, str]:
    """Port and path to ask. Raises `LookupError` where no setting names one."""
    for setting, path in (("API_PORT", "/health"), ("METRICS_PORT", "/metrics")):
        if port := os.environ.get(setting, "").strip():
            return int(port), path
    raise LookupError("set API_PORT or METRICS_PORT, so that there is something to ask")


def main() -> None:
    """Ask; exits with a line where there is no answer, or an error of the server's own."""
    try:
        port, path = target()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, LookupError, ValueError, http.client.HTTPException) as error:
        sys.exit(f"{type(error).__name__}: {error}")
    if status >= http.HTTPStatus.INTERNAL_SERVER_ERROR:
        sys.exit(f"{path} on port {port}: {status}")


if __name__ == "__main__":
    main()
