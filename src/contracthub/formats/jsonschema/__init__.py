"""JSON Schema (draft 4 to 2020-12): reading schemas, and whether one may follow another."""
