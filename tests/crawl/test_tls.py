"""What is told of certificates: the bytes once, and what a browser would have said."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from archiver.crawl import tls

NOW = datetime.now(UTC)
Key = ec.EllipticCurvePrivateKey


def certificate(
    name: str, key: Key, issuer: x509.Name | None, signer: Key, days: int = 30
) -> x509.Certificate:
    """A certificate for a host, or of an authority when it has no issuer but itself."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    public = signer.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=60))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is None:
        usage = x509.KeyUsage(*(flag in (5, 6) for flag in range(9)))
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(usage, critical=True).add_extension(
            identifier, critical=False
        )
    else:
        names = x509.SubjectAlternativeName([x509.DNSName(name)])
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(names, critical=False).add_extension(
            purpose, critical=False
        )
    return builder.sign(signer, hashes.SHA256())


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[x509.Name, Key]]:
    """The only authority that is trusted while the test runs."""
    key = ec.generate_private_key(ec.SECP256R1())
    root = certificate("Autorité des Causses", key, None, key)
    file = tmp_path / "roots.pem"
    file.write_bytes(root.public_bytes(Encoding.PEM))
    monkeypatch.setattr("certifi.where", lambda: str(file))
    tls._roots.cache_clear()
    tls.distrust.cache_clear()
    yield root.subject, key
    tls._roots.cache_clear()
    tls.distrust.cache_clear()


def der(name: str, authority: tuple[x509.Name, Key] | None, days: int = 30) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer, signer = authority or (None, key)
    return certificate(name, key, issuer, signer, days).public_bytes(Encoding.DER)


def test_a_good_chain_is_trusted(authority: tuple[x509.Name, Key]) -> None:
    assert tls.distrust((der("pole.example", authority),), "pole.example") is None


@pytest.mark.parametrize(
    ("name", "days", "signed"),
    [("autre.example", 30, True), ("pole.example", -1, True), ("pole.example", 30, False)],
    ids=["another host", "run out", "signed by itself"],
)
def test_a_bad_chain_is_not_and_why(
    authority: tuple[x509.Name, Key], name: str, days: int, signed: bool
) -> None:
    chain = (der(name, authority if signed else None, days),)
    reason = tls.distrust(chain, "pole.example")
    assert reason
    assert "\n" not in reason


def test_no_certificate_and_no_certificate_at_all() -> None:
    assert tls.distrust((), "pole.example") == "no certificate was sent"
    assert tls.distrust((b"not one",), "pole.example")


def test_the_bytes_of_a_certificate_are_told_once(authority: tuple[x509.Name, Key]) -> None:
    data = der("pole.example", authority)
    seen = tls.Tls("tls/1.3", "TLS_AES_256_GCM_SHA384", (data,), None)
    fingerprint = f"sha256:{hashlib.sha256(data).hexdigest()}"
    told, again = seen.told(), seen.told()
    assert told[:2] == again == (("tlsVerified", "yes"), ("tlsCertificate", fingerprint))
    name, value = told[2]
    assert name == "tlsCertificateData"
    assert base64.b64decode(value.removeprefix(f"{fingerprint} ")) == data
