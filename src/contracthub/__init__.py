"""ContractHub: one place for every kind of contract between services."""
