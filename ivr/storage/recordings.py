"""Recordings: the audio of messages, sealed on the disk under names that tell nothing.

AES-256-GCM with a key derived from the line's secret key; a file's name is bound to its content, so one file
can't be passed off as another. Reference: NIST SP 800-38D; key derivation: RFC 5869.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.storage.errors import StorageError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NAME = re.compile(r"[0-9a-f]{32}\.sealed\Z")
_MAGIC = b"ivr1"  # which way of sealing; then 12 bytes of nonce, then the sealed audio with its tag
_NONCE = 12


class Recordings:
    """Sealed files in `folder` (made with mode 0700 when it is needed), under the line's secret key."""

    def __init__(self, folder: Path, secret: bytes) -> None:
        if len(secret) < 32:
            raise StorageError("the secret key is shorter than 32 bytes: set IVR_SECRET_KEY.")
        self.folder = folder
        self._secret = secret

    def keep(self, audio: bytes, id: str) -> str:
        """Seal `audio` and return its file's name, once it is on the disk. The same id gives the same file.

        Errors: StorageError.
        """
        name = f"{hmac.new(self._key(b'names'), id.encode(), sha256).hexdigest()[:32]}.sealed"
        nonce = secrets.token_bytes(_NONCE)
        sealed = _MAGIC + nonce + self._cipher.encrypt(nonce, audio, _MAGIC + name.encode())
        part = self.folder / f"{secrets.token_hex(8)}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                    file.write(sealed)
                    file.flush()
                    os.fsync(file.fileno())
                part.rename(self.folder / name)  # whole or not at all
            finally:
                part.unlink(missing_ok=True)
            self._flush_folder()
        except OSError as error:
            raise StorageError(f"{self.folder}: a recording can't be kept ({error.strerror}).") from error
        return name

    def open(self, file: str) -> bytes:
        """Return the audio kept as `file`. Errors: StorageError: it is gone, changed, or of another key."""
        from cryptography.exceptions import InvalidTag

        path = self._path(file)
        try:
            sealed = path.read_bytes()
        except OSError as error:
            raise StorageError(f"{path}: the recording can't be read ({error.strerror}).") from error
        start = len(_MAGIC) + _NONCE
        try:
            if not sealed.startswith(_MAGIC):
                raise InvalidTag
            return self._cipher.decrypt(sealed[len(_MAGIC) : start], sealed[start:], _MAGIC + file.encode())
        except (InvalidTag, ValueError) as error:
            raise StorageError(
                f"{path}: not sealed with this secret key, or damaged. Put back the key it had."
            ) from error

    def delete(self, file: str) -> bool:
        """Delete the file. False: it was gone already. Errors: StorageError."""
        path = self._path(file)
        try:
            path.unlink()
            self._flush_folder()
        except FileNotFoundError:
            return False
        except OSError as error:
            raise StorageError(f"{path}: the recording can't be deleted ({error.strerror}).") from error
        return True

    def _path(self, file: str) -> Path:
        if not _NAME.match(file):  # whatever the caller passes, only this folder's files are reached
            raise StorageError("that isn't the name of a kept recording.")
        return self.folder / file

    @cached_property
    def _cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._key(b"audio"))

    def _key(self, purpose: bytes) -> bytes:
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), 32, None, b"ivr recordings " + purpose).derive(self._secret)

    def _flush_folder(self) -> None:
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
