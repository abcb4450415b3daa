"""Pacts: what a consumer expects of a provider over HTTP or messages, specification versions 1 to 4."""
