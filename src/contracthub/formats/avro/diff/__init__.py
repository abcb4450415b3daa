"""Compares two Avro schemas: what breaks readers by schema resolution, and what resolution does not look at."""
