"""The Pact Broker's API as a face of the hub: its routes, relations, names and quirks, and nothing of its rules."""

from contracthub.web.pact_broker import index, pacticipants

ROUTERS = (index.router, pacticipants.router)
