"""The installation's signing key (Ed25519), and checking what was signed. Nothing else here knows how that works."""

import base64
import binascii
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from streamer.council.chain import link, short

PRIVATE = "signing.key"
PUBLIC = "signing.pub"


class KeyUnusable(Exception):
    """A key is missing, damaged or of another kind. The message says which and what to do."""


@dataclass(frozen=True)
class SigningKey:
    """The private key. `public` is the public one as it stands in a manifest: base64 of its 32 bytes."""

    public: str
    _private: Ed25519PrivateKey = field(repr=False)

    def sign(self, message: bytes) -> str:
        """The signature, in base64."""
        return base64.b64encode(self._private.sign(message)).decode("ascii")


def installation_key(folder: Path) -> SigningKey:
    """The key kept in the recordings' folder, made (mode 0600) where there is none yet; its public half lies beside it.
    Raises KeyUnusable, OSError."""
    path, beside = folder / PRIVATE, folder / PUBLIC
    if not path.exists():
        if beside.exists():
            raise KeyUnusable(
                f"{path} is gone: restore it from a backup, or delete {beside} to begin with a new key, which must "
                "then be given to everybody who checks recordings"
            )
        _keep(path, Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ), 0o600)  # fmt: skip
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnusable(f"{path} is damaged: restore it from a backup")
    if not beside.exists():
        _keep(beside, _pem(private.public_key()), 0o644)
    return SigningKey(_plain(private.public_key()), private)


def read_public_key(path: Path) -> str:
    """The public key in a PEM file, as it stands in a manifest. Raises KeyUnusable."""
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise KeyUnusable(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, UnsupportedAlgorithm):
        raise KeyUnusable(f"{path} is no public key: it should begin with -----BEGIN PUBLIC KEY-----") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyUnusable(f"{path} is a key of another kind than Ed25519: Tribune has not made it")
    return _plain(key)


def fits(key: str, signature: str, message: bytes) -> bool:
    """Whether `signature` is that of `message` by `key`, both in base64."""
    try:
        public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True))
        public.verify(base64.b64decode(signature, validate=True), message)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True


def fingerprint(key: str) -> str:
    """A public key's short name."""
    return short(link(key.encode()))


def _plain(key: Ed25519PublicKey) -> str:
    return base64.b64encode(key.public_bytes_raw()).decode("ascii")


def _pem(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def _keep(path: Path, content: bytes, mode: int) -> None:
    """Written whole or not at all: a crash must not leave half a key."""
    beside = path.with_name(f".{path.name}.new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
