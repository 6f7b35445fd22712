"""Every address that is not public is known as what it is, in every form that stands for it."""

from __future__ import annotations

import ipaddress
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from archiver.crawl.reach import Reach, reach_of, refused, sort_of
from archiver.model import Kind, Source

PUBLIC = ["8.8.8.8", "51.15.0.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a01:e00::1"]
SPECIAL = {
    "127.0.0.1": "a loopback address",
    "127.255.255.254": "a loopback address",
    "::1": "a loopback address",
    "10.0.0.5": "a private address",
    "172.16.0.1": "a private address",
    "172.31.255.255": "a private address",
    "192.168.1.1": "a private address",
    "fc00::1": "a private address",
    "fdff:ffff::1": "a private address",
    "fec0::1": "a private address",
    "169.254.1.1": "a link-local address",
    "fe80::1": "a link-local address",
    "100.64.0.1": "an address within a provider's network",
    "100.127.255.255": "an address within a provider's network",
    "0.0.0.0": "an unspecified address",
    "0.1.2.3": "an unspecified address",
    "::": "an unspecified address",
    "224.0.0.1": "a multicast address",
    "ff02::1": "a multicast address",
    "192.0.0.1": "a reserved address",
    "192.0.2.1": "a reserved address",
    "192.88.99.1": "a reserved address",
    "198.18.0.1": "a reserved address",
    "198.51.100.1": "a reserved address",
    "203.0.113.1": "a reserved address",
    "240.0.0.1": "a reserved address",
    "255.255.255.255": "a reserved address",
    "2001:db8::1": "a reserved address",
    "3fff::1": "a reserved address",
    "100::1": "a reserved address",
    "5f00::1": "a reserved address",
    "4000::1": "a reserved address",
    "169.254.169.254": "the address of a cloud's metadata service",
    "169.254.170.2": "the address of a cloud's metadata service",
    "100.100.100.200": "the address of a cloud's metadata service",
    "192.0.0.192": "the address of a cloud's metadata service",
    "168.63.129.16": "the address of a cloud's metadata service",
    "fd00:ec2::254": "the address of a cloud's metadata service",
    "fe80::a9fe:a9fe": "the address of a cloud's metadata service",
}
METADATA = "the address of a cloud's metadata service"
NEVER = ("metadata", "unspecified", "multicast")
IPV4 = st.ip_addresses(v=4).map(int)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_for_everybody(address: str) -> None:
    assert [refused(address, reach) for reach in Reach] == [None, None, None]


@pytest.mark.parametrize(("address", "what"), SPECIAL.items())
def test_an_address_that_is_not_public_is_refused_and_named(address: str, what: str) -> None:
    assert refused(address) == f"{address} is {what}"
    assert (refused(address, Reach.LOOPBACK) is None) == ("loopback" in what)
    assert (refused(address, Reach.PRIVATE) is None) == (not any(word in what for word in NEVER))


@pytest.mark.parametrize("form", ["0x7f.1", "2130706433", "0177.0.0.1", "127.1", "127.0.0.01"])
def test_an_odd_spelling_is_no_address(form: str) -> None:
    for reach in Reach:
        assert refused(form, reach) == f"{form!r} is no IP address"


@pytest.mark.parametrize("text", ["", "localhost", "figeacteurs.fr", "1.2.3.4.5", "[::1]", "\n"])
def test_what_would_have_to_be_looked_up_is_refused(text: str) -> None:
    assert refused(text, Reach.PRIVATE) == f"{text!r} is no IP address"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("::ffff:127.0.0.1", "::ffff:7f00:1 is a loopback address"),
        ("::ffff:10.0.0.5", "::ffff:a00:5 is a private address"),
        ("::127.0.0.1", "::7f00:1 is a reserved address, it stands for 127.0.0.1"),
        ("64:ff9b::7f00:1", "64:ff9b::7f00:1 is a reserved address, it stands for 127.0.0.1"),
        ("64:ff9b::10.0.0.5", "64:ff9b::a00:5 is a reserved address, it stands for 10.0.0.5"),
        ("2002:7f00:1::", "2002:7f00:1:: is a reserved address, it stands for 127.0.0.1"),
        (
            "2001:0:808:808::80ff:fffe",
            "2001:0:808:808::80ff:fffe is a reserved address, it stands for 127.0.0.1",
        ),
        ("64:ff9b::a9fe:a9fe", f"64:ff9b::a9fe:a9fe is {METADATA}, it stands for 169.254.169.254"),
    ],
)
def test_an_address_that_stands_for_another_is_refused_and_says_for_which(
    address: str, reason: str
) -> None:
    assert refused(address) == reason


def test_the_loopback_of_a_gateway_is_not_the_loopback_of_this_machine() -> None:
    assert refused("::ffff:127.0.0.1", Reach.LOOPBACK) is None
    assert refused("64:ff9b::7f00:1", Reach.LOOPBACK) is not None
    assert refused("2002:7f00:1::", Reach.LOOPBACK) is not None


def test_a_public_site_is_reached_where_there_is_ipv6_only() -> None:
    assert refused("64:ff9b::8.8.8.8") is None


def test_a_zone_does_not_hide_an_address_nor_get_into_the_reason() -> None:
    assert refused("fe80::1%<b>") == "fe80::1 is a link-local address"
    assert refused("fe80::a9fe:a9fe%eth0", Reach.PRIVATE) is not None


@given(IPV4)
@example(int(ipaddress.ip_address("127.0.0.1")))
@example(int(ipaddress.ip_address("169.254.169.254")))
def test_no_form_of_an_address_reaches_farther_than_the_address(number: int) -> None:
    plain = ipaddress.IPv4Address(number)
    forms = {
        "mapped": (0xFFFF << 32) | number,
        "compatible": number,
        "translated": (0xFFFF << 48) | number,
        "nat64": (0x64FF9B << 96) | number,
        "local nat64": (0x64FF9B0001 << 80) | number,
        "6to4": (0x2002 << 112) | (number << 80),
        "teredo": (0x20010000 << 96) | (0x08080808 << 64) | (number ^ 0xFFFFFFFF),
    }
    for name, value in forms.items():
        form = str(ipaddress.IPv6Address(value))
        for reach in Reach:
            if refused(str(plain), reach) and (name, number) != ("compatible", 1):  # that is ::1
                assert refused(form, reach), (name, form, reach)


@given(st.ip_addresses().map(str))
def test_python_finds_nothing_in_what_passes(address: str) -> None:
    if refused(address) is None:
        ip = ipaddress.ip_address(address)
        mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
        nat64 = ipaddress.ip_address("64:ff9b::")
        assert (mapped or ip).is_global or int(ip) >> 32 == int(nat64) >> 32
        assert not (mapped or ip).is_multicast


@given(st.ip_addresses().map(str))
def test_a_greater_reach_takes_in_the_smaller(address: str) -> None:
    reasons = [refused(address, reach) for reach in Reach]
    for less, more in pairwise(reasons):
        assert less is not None or more is None
    assert (reasons[0] is None) == (sort_of(ipaddress.ip_address(address)) is None)


@given(st.text())
def test_whatever_a_name_server_answers_is_an_answer(text: str) -> None:
    reason = refused(text)
    assert reason is None or reason.isprintable()


@pytest.mark.parametrize(
    ("seeds", "private", "reach"),
    [
        (["https://ruche.invalid/"], False, Reach.PUBLIC),
        (["http://10.0.0.5/"], False, Reach.PUBLIC),
        (["http://127.0.0.1:8000/", "http://localhost/", "http://[::1]/"], False, Reach.LOOPBACK),
        (["http://127.0.0.1:8000/", "https://ruche.invalid/"], False, Reach.PUBLIC),
        (["http://127.1/"], False, Reach.PUBLIC),
        (["http://localhost.ruche.invalid/"], False, Reach.PUBLIC),
        ([], False, Reach.PUBLIC),
        (["https://ruche.invalid/"], True, Reach.PRIVATE),
        (["http://127.0.0.1/"], True, Reach.PRIVATE),
    ],
)
def test_a_source_reaches_as_far_as_the_operator_wrote(
    seeds: list[str], private: bool, reach: Reach
) -> None:
    source = Source("ruche", "Ruche", Kind.PTCE, seeds=tuple(seeds), private_network=private)
    assert reach_of(source) is reach
