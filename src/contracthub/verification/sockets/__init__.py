"""The suite ``sockets``: conversations on WebSockets, event streams and streams of JSON lines."""
