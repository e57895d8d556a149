"""Which addresses and links the gate lets pass."""

from ipaddress import ip_address

import pytest
from yarl import URL

from transcription.errors import LinkRefused
from transcription.links.addresses import Gate, is_public

PRIVATE = """
    0.0.0.0 10.1.2.3 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254 172.16.0.1
    172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.251
    239.255.255.250 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 fe80::1 fec0::1 fc00::1 fd00:ec2::254 ff02::1 100::1 2001:db8::1 2001::1 3fff::1 5f00::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 2002:7f00:1:: 2002:a9fe:a9fe:: 64:ff9b::127.0.0.1 64:ff9b::169.254.169.254
    64:ff9b:1::a00:1
""".split()  # noqa: SIM905 - a list of forty would be as many lines
PUBLIC = """
    1.1.1.1 93.184.216.34 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450::1 ::ffff:1.1.1.1 64:ff9b::1.1.1.1
""".split()  # noqa: SIM905 - as above


@pytest.mark.parametrize(("addresses", "expected"), [(PRIVATE, False), (PUBLIC, True)], ids=["private", "public"])
def test_only_public_addresses_are_let_pass(addresses: list[str], *, expected: bool) -> None:
    """Whatever an IPv6 address hides: a mapped one, 6to4, Teredo, NAT64."""
    assert [address for address in addresses if is_public(ip_address(address)) is not expected] == []


@pytest.mark.parametrize(
    "link",
    [
        *("ftp://example.org/a.mp3", "file:///etc/passwd", "gopher://example.org/", "http:///a.mp3"),
        *("http://ann@example.org/a.mp3", "https://ann:secret@example.org/a.mp3", "http://:secret@example.org/"),
        *("http://example.org:8080/a.mp3", "https://example.org:22/", "http://example.org:6379/"),
    ],
)
def test_only_plain_links_are_let_pass(link: str) -> None:
    """Other schemes, ports, and names or passwords are refused before anybody is asked for an address."""
    with pytest.raises(LinkRefused):
        Gate().check(URL(link))


def test_usual_links_are_let_pass() -> None:
    """By their usual ports, said or not."""
    for link in (
        "http://example.org/a.mp3",
        "https://пример.рф/a?b=c#d",
        "https://example.org:443/",
        "http://[2606:4700::1111]/",
    ):
        Gate().check(URL(link))
