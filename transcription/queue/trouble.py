"""Why Redis can't be used, in a sentence for its owner: no address, no name and no password is in it."""

import ssl

from redis.exceptions import AuthenticationError, NoPermissionError, RedisError, TimeoutError  # noqa: A004 - theirs

REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (NoPermissionError, "the user in QUEUE_URL lacks a right there; docs/deployment.md has those that are needed"),
    (AuthenticationError, "it refuses the name and the password in QUEUE_URL, or wants some"),
    (
        TimeoutError,
        "no answer in time; are address and port right, is a firewall between, and does it speak TLS if so told?",
    ),
    (
        ssl.SSLCertVerificationError,
        "its certificate is not trusted ({reason}); ?ssl_ca_certs=FILE in QUEUE_URL names an authority of your own",
    ),
    (ssl.SSLError, "it speaks no TLS there; that is what rediss:// is for, and redis:// is without"),
    (FileNotFoundError, "a file that QUEUE_URL names is not there"),
    (PermissionError, "a file that QUEUE_URL names can't be read"),
    (ConnectionResetError, "it ends the connection at once; where it wants TLS, QUEUE_URL begins with rediss://"),
)
"""By the first of these among an error and its causes."""
ABSENCE = "nothing answers at the address in QUEUE_URL; is it running?"


def reason_of(error: RedisError) -> str:
    """What an owner can do about an error of the connection."""
    cause: BaseException | None = error
    while cause:
        for kind, reason in REASONS:
            if isinstance(cause, kind):
                return reason.format(reason=getattr(cause, "verify_message", ""))
        cause = cause.__cause__ or cause.__context__
    return ABSENCE
