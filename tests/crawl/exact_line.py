"""One accepted connection as plaintext, TLS or not, with every way to end it.

The socket of the ssl module cannot say goodbye and still listen; this one can, over an SSLObject.
"""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_READ = 65536
_PATIENCE = 20.0  # seconds, for a client that says nothing

T = TypeVar("T")


class Line:
    """The server's side of a connection. Methods raise OSError (SSLError is one)."""

    def __init__(self, raw: socket.socket, context: ssl.SSLContext | None) -> None:
        self._raw = raw
        self._tls: ssl.SSLObject | None = None
        raw.settimeout(_PATIENCE)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context is not None:
            self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
            self._tls = context.wrap_bio(self._in, self._out, server_side=True)
            self._drive(self._tls.do_handshake)

    def receive(self) -> bytes:
        """The next bytes; none when the client has ended its side."""
        tls = self._tls
        if tls is None:
            return self._raw.recv(_READ)
        try:
            return self._drive(lambda: tls.read(_READ))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def send(self, data: bytes) -> None:
        """Sends in one piece: one TLS record up to 16 KB."""
        if self._tls is None:
            self._raw.sendall(data)
        elif data:
            self._tls.write(data)
            self._flush()

    def end(self, *, goodbye: bool = True) -> None:
        """Ends this side only; without ``goodbye`` TLS does not say so, as with bad servers."""
        if self._tls is not None and goodbye:
            # It wants the client's goodbye as well, which is not waited for.
            with suppress(ssl.SSLError):
                self._tls.unwrap()
            self._flush()
        self._raw.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Ends both sides by a TCP reset."""
        self._raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._raw.close()

    def close(self) -> None:
        self._raw.close()

    def _flush(self) -> None:
        if data := self._out.read():
            self._raw.sendall(data)

    def _drive(self, step: Callable[[], T]) -> T:
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                if data := self._raw.recv(_READ):
                    self._in.write(data)
                else:
                    self._in.write_eof()
            else:
                self._flush()
                return result


def certificate(folder: Path) -> Path:
    """A file with a key and a certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    return path
