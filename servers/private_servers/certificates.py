"""A private certificate authority, and certificates that a client must accept or refuse."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from . import processes, roles
from .accounts import hand_over
from .programs import program

HOST = "localhost"
_LONG_AGO = ("20200101000000Z", "20200201000000Z")
_NOW = ("20200101000000Z", "20991231235959Z")


@dataclass(frozen=True)
class Subject:
    """What a certificate says."""

    common_name: str
    alternative_name: str = ""
    period: tuple[str, str] = _NOW
    authority: str = "authority"


SUBJECTS = {
    "valid": Subject(HOST, f"DNS:{HOST}"),
    "address": Subject(HOST, f"DNS:{HOST},IP:127.0.0.1"),
    "wrong-host": Subject("elsewhere.example", "DNS:elsewhere.example"),
    "expired": Subject(HOST, f"DNS:{HOST}", _LONG_AGO),
    "untrusted": Subject(HOST, f"DNS:{HOST}", authority="stranger"),
    "client": Subject(roles.CERTIFICATE),
}
"""Certificates by name. `untrusted` is signed by another authority than the one that is handed
out; `client` is that of the role `molt_certificate`; `valid` knows the host name alone, so that
127.0.0.1 is a wrong host for it."""

_CONFIGURATION = """\
[ca]
default_ca = private
[private]
database = {folder}/{authority}.index
new_certs_dir = {folder}
certificate = {folder}/{authority}.crt
private_key = {folder}/{authority}.key
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""


class Certificates:
    """Files in a folder, each made with `openssl` when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def authority(self) -> Path:
        """The certificate that a client gets as its `sslrootcert`."""
        return self._authority("authority")

    def pair(self, name: str) -> tuple[Path, Path]:
        """The files with a certificate of `SUBJECTS` and its key.

        Raises: KeyError for another name.
        """
        subject = SUBJECTS[name]
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        if not certificate.exists():
            self._sign(name, subject)
            hand_over(self.folder)
        return certificate, key

    def _authority(self, name: str) -> Path:
        certificate = self.folder / f"{name}.crt"
        if not certificate.exists():
            self.folder.mkdir(mode=0o700, exist_ok=True)
            (self.folder / f"{name}.index").touch()
            hand_over(self.folder)
            subject = f"/CN=Molt's private {name}"
            self._openssl(
                "req", "-x509", *self._new_key(name), "-days", "36500", "-subj", subject,
                "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-out", certificate.name,
            )  # fmt: skip
        return certificate

    def _sign(self, name: str, subject: Subject) -> None:
        self._authority(subject.authority)
        configuration = self.folder / f"{subject.authority}.conf"
        configuration.write_text(
            _CONFIGURATION.format(folder=self.folder, authority=subject.authority)
        )
        hand_over(self.folder)
        extension = f"subjectAltName={subject.alternative_name}"
        extensions = ["-addext", extension] if subject.alternative_name else []
        self._openssl(
            "req", "-new", *self._new_key(name), "-subj", f"/CN={subject.common_name}",
            *extensions, "-out", f"{name}.csr",
        )  # fmt: skip
        start, end = subject.period
        self._openssl(
            "ca", "-batch", "-notext", "-config", configuration.name, "-startdate", start,
            "-enddate", end, "-in", f"{name}.csr", "-out", f"{name}.crt",
        )  # fmt: skip

    def _new_key(self, name: str) -> list[str]:
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
        return [*curve, "-nodes", "-sha256", "-keyout", f"{name}.key"]

    def _openssl(self, *arguments: str) -> None:
        processes.run([program("openssl"), *arguments], self.folder)
