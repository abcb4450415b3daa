"""The consumers of the example fleet: what each reads of a provider, and the tests that write it down as a pact."""
