"""Conversation contracts: what a consumer expects to hear on a WebSocket, an event stream or a stream of JSON lines."""
