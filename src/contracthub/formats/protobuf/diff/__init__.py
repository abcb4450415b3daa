"""Compares two Protobuf files: what breaks by the rules of a schema registry, and what these do not look at."""
