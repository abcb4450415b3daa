"""Faces of the same services: the Pact Broker's API, the native API, the pages. A handler translates, no more."""
