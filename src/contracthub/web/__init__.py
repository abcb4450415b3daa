"""Faces of the same services: the Pact Broker's API, the native API, the pages. A handler translates, no more."""

# Routes name the convertor when they are declared, so it has to be known before any router is imported.
import contracthub.web.segments  # noqa: F401
