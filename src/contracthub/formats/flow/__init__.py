"""Flow contracts: what comes, over HTTP or in topics, of messages that somebody sends (format ``flow/1``)."""
