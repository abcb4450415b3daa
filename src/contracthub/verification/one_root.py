"""A file with one of the machine's trusted certificates, for a verifier that asks nothing over TLS.

The verifier reads and parses all of them anew for each interaction, which takes most of its time; without any it does
not begin.
"""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_END = b"-----END CERTIFICATE-----\n"
_READ = 64 * 1024
_FILE, _FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"


@contextmanager
def one_root_file() -> Iterator[Path | None]:
    """The file, while the block runs; None where no certificate is found in the usual places."""
    first = _first_root()
    if first is None:
        yield None
        return
    with TemporaryDirectory(prefix="contracthub-root-") as folder:
        path = Path(folder) / "root.pem"
        path.write_bytes(first)
        yield path


def environment_with(root: Path | None) -> dict[str, str]:
    """What has the verifier read this one certificate, and no other."""
    return {} if root is None else {_FILE: str(root), _FOLDER: str(root.parent / "none")}


def _first_root() -> bytes | None:
    known = ssl.get_default_verify_paths()
    for place in filter(None, (os.environ.get(_FILE), known.cafile)):
        try:
            with Path(place).open("rb") as file:
                head, found, _ = file.read(_READ).partition(_END)
        except OSError:
            continue
        if found:
            return head + found
    return None
