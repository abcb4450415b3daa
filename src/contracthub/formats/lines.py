"""Places in texts by line and column."""


def place_at(source: bytes, offset: int) -> str:
    r"""``line:column`` of a byte, both from 1; the column counts characters, as far as there are any before it.

    >>> place_at(b"one\ntwo", 5)
    '2:2'
    """
    line = source.count(b"\n", 0, offset) + 1
    begin = source.rfind(b"\n", 0, offset) + 1
    return f"{line}:{len(source[begin:offset].decode('utf-8', 'replace')) + 1}"
