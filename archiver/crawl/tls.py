"""What TLS said of a connection: protocol, cipher suite, certificates, and whether to trust them.

The archiver takes what a site sends whether or not its certificate is valid: small associations let
theirs run out, and their pages vanish all the same. What a browser would have said is kept.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import certifi
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import (
    DNSName,
    IPAddress,
    load_der_x509_certificate,
    load_pem_x509_certificates,
)
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

_told_in_full: set[str] = set()
"""Fingerprints of certificates whose bytes this process has handed over: once is enough."""


@dataclass(frozen=True, slots=True)
class Tls:
    """One connection's TLS. ``chain`` are the certificates as sent, DER, the server's own first.

    ``distrust`` says why a browser would not have trusted them; None when it would.
    """

    protocol: str
    cipher: str
    chain: tuple[bytes, ...]
    distrust: str | None

    def told(self) -> tuple[tuple[str, str], ...]:
        """Fields for the metadata record: SHA-256 fingerprints, and each certificate's bytes
        (Base64 of DER) the first time that this process sees it."""
        fields = [("tlsVerified", "no: " + self.distrust if self.distrust else "yes")]
        for certificate in self.chain:
            fingerprint = f"sha256:{hashlib.sha256(certificate).hexdigest()}"
            fields.append(("tlsCertificate", fingerprint))
            if fingerprint not in _told_in_full:
                _told_in_full.add(fingerprint)
                data = base64.b64encode(certificate).decode("ascii")
                fields.append(("tlsCertificateData", f"{fingerprint} {data}"))
        return tuple(fields)


def look(handle: Any, host: str | None) -> Tls | None:
    """What the handle of a transport tells: a pyOpenSSL connection; None for plain TCP."""
    if not hasattr(handle, "get_cipher_name"):
        return None
    chain = tuple(
        certificate.public_bytes(Encoding.DER)
        for certificate in handle.get_peer_cert_chain(as_cryptography=True) or ()
    )
    protocol = handle.get_protocol_version_name().lower().replace("tlsv", "tls/")
    return Tls(protocol, handle.get_cipher_name(), chain, distrust(chain, host or ""))


@lru_cache(maxsize=1024)
def distrust(chain: tuple[bytes, ...], host: str) -> str | None:
    """Why a browser would not trust a chain (DER) for a host, now; None when it would.

    The roots are Mozilla's, as the package certifi ships them.
    """
    if not chain:
        return "no certificate was sent"
    subject: DNSName | IPAddress
    try:
        subject = IPAddress(ipaddress.ip_address(host))
    except ValueError:
        subject = DNSName(host)
    try:
        certificates = [load_der_x509_certificate(der) for der in chain]
        PolicyBuilder().store(_roots()).build_server_verifier(subject).verify(
            certificates[0], certificates[1:]
        )
    except (VerificationError, ValueError) as e:
        return " ".join(str(e).split())[:300]
    return None


@lru_cache(maxsize=1)
def _roots() -> Store:
    return Store(load_pem_x509_certificates(Path(certifi.where()).read_bytes()))
