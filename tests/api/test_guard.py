"""Who may call the API, from where, and how often."""

import time
from ipaddress import ip_network
from typing import Any

import jwt
import pytest
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from api.guard.keys import create_key, parse_key
from api.guard.tokens import Tokens
from tests.api.conftest import ApiHarness, OpenApi
from transcription.storage.api_keys import ApiKey

SECRET = "a shared secret of thirty-two bytes or more"


async def add_key(api: ApiHarness, name: str = "ann", **key: Any) -> dict[str, str]:
    """The headers with a new key."""
    secret = create_key()
    parsed = parse_key(secret)
    assert parsed
    await api.keys.add(ApiKey(parsed.id, name, parsed.secret_hash, frozenset({"transcribe"}), **key))
    return {"Authorization": f"Bearer {secret}"}


async def status_of(api: ApiHarness, path: str = "/status/x", **headers: str) -> int:
    return (await api.client.get(path, headers=headers)).status_code


async def test_no_key_is_needed_before_there_is_one(api: ApiHarness) -> None:
    """As soon as one is made, it is; and again none is unknown, expired or revoked."""
    assert await status_of(api) == 404
    headers = await add_key(api)
    expired = await add_key(api, "old", expires_at=time.time() - 1)
    assert await status_of(api) == 401
    assert await status_of(api, **headers) == 404
    assert await status_of(api, **{"X-API-Key": headers["Authorization"].removeprefix("Bearer ")}) == 404
    assert await status_of(api, **expired) == 401
    assert await status_of(api, Authorization=headers["Authorization"][:-1] + "x") == 401
    assert await status_of(api, "/health") == 200
    assert await status_of(api, "/docs") == 200
    await api.keys.remove("ann")
    assert await status_of(api, **headers) == 401


async def test_one_callers_tasks_and_recordings_are_unknown_to_another(open_api: OpenApi) -> None:
    """Asking, cancelling, streaming and transcribing answer 404, as for an id that never was."""
    api = await open_api(keys=("first-key", "second-key"))
    async with (
        api.client_from("127.0.0.1", authorization="Bearer first-key") as ann,
        api.client_from("127.0.0.1", x_api_key="second-key") as bob,
    ):
        task = (await ann.post("/transcribe/", files=api.voice())).json()["task_id"]
        kept = (await ann.post("/api/recordings", files=api.voice())).json()["id"]
        for method, path in (
            ("GET", f"/transcribe/{task}"),
            ("GET", f"/transcribe/{task}/events"),
            ("DELETE", f"/transcribe/{task}"),
            ("POST", f"/api/recordings/{kept}/transcribe-whisperx"),
            ("DELETE", f"/api/recordings/{kept}"),
        ):
            assert (await bob.request(method, path)).status_code == 404, path
        assert (await ann.get(f"/transcribe/{task}")).status_code == 200
        same_name = {"Idempotency-Key": "1"}
        tasks = [
            (await each.post("/transcribe/", files=api.voice(), headers=same_name)).json()["task_id"]
            for each in (ann, bob)
        ]
        assert tasks[0] != tasks[1]


async def test_without_keys_no_web_page_reaches_it(api: ApiHarness) -> None:
    """Only names of this machine are answered to, and only pages that it served itself."""
    for headers, status in (
        ({"Host": "127.0.0.1:8000"}, 404),
        ({"Host": "[::1]:8000"}, 404),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Origin": "http://localhost"}, 404),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403),
    ):
        assert await status_of(api, **headers) == status, headers


async def test_an_open_server_is_reached_by_programs_and_its_own_page(open_api: OpenApi) -> None:
    """By any name in its network; a page comes from an address, for a name may have been rebound to this one."""
    api = await open_api(is_open=True)
    for headers, status in (
        ({"Host": "api:8000"}, 404),
        ({"Host": "192.0.2.7:8000", "Origin": "http://192.0.2.7:8000"}, 404),
        ({"Host": "evil.example", "Origin": "http://evil.example"}, 403),
        ({"Host": "192.0.2.7:8000", "Origin": "http://evil.example"}, 403),
    ):
        assert await status_of(api, **headers) == status, headers


async def test_networks_are_told_apart_behind_a_proxy_too(open_api: OpenApi) -> None:
    """An address in X-Forwarded-For counts where a trusted proxy says so, and nowhere else."""
    api = await open_api(
        keys=("key",), allowed_ips=(ip_network("10.1.0.0/16"),), trusted_proxies=(ip_network("10.9.9.9/32"),)
    )
    for address, forwarded, status in (
        ("10.1.2.3", "", 404),
        ("::ffff:10.1.2.3", "", 404),
        ("192.0.2.1", "", 403),
        ("192.0.2.1", "10.1.2.3", 403),
        ("10.9.9.9", "10.1.2.3", 404),
        ("10.9.9.9", "10.1.2.3, 192.0.2.1", 403),
    ):
        async with api.client_from(address, x_api_key="key", x_forwarded_for=forwarded) as client:
            assert (await client.get("/status/x")).status_code == status, (address, forwarded)


async def test_submissions_are_limited_and_polling_is_not(open_api: OpenApi) -> None:
    """429 with when to come again, for each caller and address; a key's own rate replaces the general one."""
    api = await open_api(rate_limit="2/hour")
    headers = await add_key(api, "ann")
    hasty = await add_key(api, "bob", rate="1/hour")
    answers = [await api.client.post("/transcribe/", files=api.voice("x"), headers=headers) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert 3000 < int(answers[2].headers["Retry-After"]) <= 3600
    for _ in range(5):
        assert await status_of(api, f"/status/{answers[0].json()['task_id']}", **headers) == 200
    async with api.client_from("10.0.0.1", **headers) as elsewhere:
        assert (await elsewhere.post("/transcribe/", files=api.voice("x"))).status_code == 202
    answers = [await api.client.post("/transcribe", files=api.voice("x"), headers=hasty) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [422, 429]


def claims(**changes: object) -> dict[str, object]:
    return {"sub": "ann", "exp": time.time() + 60, "iss": "https://id.example", "aud": "stenobot", **changes}


async def test_tokens_are_checked_in_all_they_say(open_api: OpenApi) -> None:
    """Signature, expiry, issuer, audience, subject and scope."""
    api = await open_api(tokens=Tokens(key=SECRET, algorithm="HS256", issuer="https://id.example", audience="stenobot"))
    changes: tuple[tuple[dict[str, object], int], ...] = (
        ({}, 404),
        ({"exp": time.time() - 60}, 401),
        ({"iss": "https://other.example"}, 401),
        ({"aud": "other"}, 401),
        ({"sub": None}, 401),
        ({"scope": "metrics"}, 403),
        ({"scope": "openid transcribe"}, 404),
    )
    for change, status in changes:
        given = {name: value for name, value in claims(**change).items() if value is not None}
        assert await status_of(api, Authorization=f"Bearer {jwt.encode(given, SECRET)}") == status, change
        assert await status_of(api, Authorization=f"Bearer {jwt.encode(given, SECRET[::-1])}") == 401
        assert await status_of(api, Authorization=f"Bearer {jwt.encode(given, '', algorithm='none')}") == 401


def test_a_token_can_not_choose_its_algorithm() -> None:
    """With RS256, one that is signed by HS256 with the public key as its secret is refused."""
    private = rsa.generate_private_key(65537, 2048)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    tokens = Tokens(key=public.decode(), algorithm="RS256")
    assert tokens.caller_of(jwt.encode(claims(), private, algorithm="RS256"))
    header, body = jwt.encode(claims(), SECRET).split(".")[:2]
    signing_input = f"{header}.{body}".encode()
    signature = jwt.get_algorithm_by_name("HS256")
    forged = jwt.utils.base64url_encode(signature.sign(signing_input, public)).decode()
    assert tokens.caller_of(f"{header}.{body}.{forged}") is None


async def test_an_unforeseen_error_tells_nothing_but_its_number(
    api: ApiHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither answer nor log has its words; the number in the one is found in the other."""

    async def fail(*_args: object) -> None:
        raise RuntimeError("what somebody said, in /some/path")

    monkeypatch.setattr(api.tasks, "find", fail)
    with structlog.testing.capture_logs() as logs:
        answer = await api.client.get("/status/x", headers={"X-Request-ID": "mine-1"})
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] == "mine-1"
    assert "mine-1" in answer.json()["error"]["message"]
    failure = next(event for event in logs if event["event"] == "request failed")
    assert (failure["error"], failure["incident"]) == ("RuntimeError", "mine-1")
    assert "said" not in answer.text + str(logs)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_web_pages_are_let_in_by_name_only(open_api: OpenApi) -> None:
    """CORS is off but for the origins that are named."""
    api = await open_api(cors_origins=("https://app.example",))
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    for origin, allowed in (("https://app.example", "https://app.example"), ("https://evil.example", None)):
        answer = await api.client.options("/transcribe", headers={"Origin": origin, **asked})
        assert answer.headers.get("Access-Control-Allow-Origin") == allowed
