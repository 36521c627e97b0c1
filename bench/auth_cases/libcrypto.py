"""The floor of asymmetric signatures: calls of the system's libcrypto, with nothing around them.

It is the library that ours calls, too. Signatures of ECDSA stay in DER here; a token's do not.
"""

from __future__ import annotations

import ctypes
from ctypes import byref, c_char_p, c_int, c_size_t, c_void_p


class Floor:
    """A private key of PEM, and calls that sign and verify one text."""

    def __init__(self, pem: bytes, digest: str | None, text: bytes) -> None:
        self._library = library()
        self._text = text
        source = self._library.BIO_new_mem_buf(pem, len(pem))
        self._key = self._library.PEM_read_bio_PrivateKey(source, None, None, None)
        self._library.BIO_free(source)
        if not self._key:
            raise RuntimeError("libcrypto cannot read the key")
        self._digest = self._library.EVP_get_digestbyname(digest.encode()) if digest else None
        self._context = self._library.EVP_MD_CTX_new()
        self._room = ctypes.create_string_buffer(1024)
        self.signature = self.sign()

    def sign(self) -> bytes:
        """A signature."""
        native, count = self._library, c_size_t(len(self._room))
        native.EVP_DigestSignInit(self._context, None, self._digest, None, self._key)
        text = self._text
        if native.EVP_DigestSign(self._context, self._room, byref(count), text, len(text)) != 1:
            raise RuntimeError("libcrypto cannot sign")
        native.EVP_MD_CTX_reset(self._context)
        return self._room.raw[: count.value]

    def verify(self) -> bool:
        """Whether the first signature is right."""
        native, made = self._library, self.signature
        native.EVP_DigestVerifyInit(self._context, None, self._digest, None, self._key)
        text = self._text
        answer = native.EVP_DigestVerify(self._context, made, len(made), text, len(text))
        native.EVP_MD_CTX_reset(self._context)
        return bool(answer == 1)


def library() -> ctypes.CDLL:
    """The system's libcrypto, with the types of what is called."""
    found = ctypes.CDLL("libcrypto.so.3")
    # Results, and arguments by name.
    for name, result, *arguments in [
        ("BIO_new_mem_buf", c_void_p, c_char_p, c_int),
        ("BIO_free", c_int, c_void_p),
        ("PEM_read_bio_PrivateKey", c_void_p, c_void_p, c_void_p, c_void_p, c_void_p),
        ("EVP_get_digestbyname", c_void_p, c_char_p),
        ("EVP_MD_CTX_new", c_void_p),
        ("EVP_MD_CTX_reset", c_int, c_void_p),
        ("EVP_DigestSignInit", c_int, *[c_void_p] * 5),
        ("EVP_DigestVerifyInit", c_int, *[c_void_p] * 5),
        ("EVP_DigestSign", c_int, c_void_p, c_char_p, c_void_p, c_char_p, c_size_t),
        ("EVP_DigestVerify", c_int, c_void_p, c_char_p, c_size_t, c_char_p, c_size_t),
        ("OpenSSL_version", c_char_p, c_int),
    ]:
        function = getattr(found, name)
        function.restype, function.argtypes = result, arguments
    return found


def version() -> str:
    """The version of the library."""
    return str(library().OpenSSL_version(0).decode())
