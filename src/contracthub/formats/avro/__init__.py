"""Avro schemas (specification 1.12): reading them, their canonical forms, and who reads what."""
