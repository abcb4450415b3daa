"""Where a provider is: beside us, or out on the internet, where nothing is made unless somebody says so."""

import ipaddress
import socket
from urllib.parse import urlsplit

from contracthub.domain.webhook_hosts import Reach, reach_of


def is_public(url: str) -> bool:
    """Whether a provider has an address that the whole internet reaches; a name that nobody knows has none.

    >>> [is_public(each) for each in ("http://127.0.0.1:8080", "http://[::1]", "http://10.0.0.7", "https://8.8.8.8/v1")]
    [False, False, False, True]
    """
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, None, type=socket.SOCK_STREAM)
    except (OSError, ValueError):
        return False
    return any(reach_of(ipaddress.ip_address(str(each[4][0]).partition("%")[0])) is Reach.PUBLIC for each in found)
