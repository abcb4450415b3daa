"""Writers: from values to text for terminals, machines and pull requests. Pure functions that decide nothing."""
