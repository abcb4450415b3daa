"""Faces of the same services: the Pact Broker's, the native API, the pages. A handler translates and decides nothing."""
