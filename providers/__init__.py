"""The providers of the example fleet: small, offline, deterministic services. See README.md beside this file."""
