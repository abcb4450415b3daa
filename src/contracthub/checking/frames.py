"""Messages between the hub and the process that compares for it: their length, and their bytes."""

from typing import BinaryIO

LARGEST_FRAME = 128 * 1024 * 1024
_LENGTH = 8


class NoFrame(Exception):
    """The other side is gone, or says more than anybody may."""


def write_frame(target: BinaryIO, data: bytes) -> None:
    """Send a message."""
    target.write(len(data).to_bytes(_LENGTH, "big"))
    target.write(data)
    target.flush()


def read_frame(source: BinaryIO) -> bytes:
    """The next message. Raises NoFrame."""
    head = source.read(_LENGTH)
    size = int.from_bytes(head, "big")
    if len(head) != _LENGTH or size > LARGEST_FRAME:
        raise NoFrame
    data = source.read(size)
    if len(data) != size:
        raise NoFrame
    return data
