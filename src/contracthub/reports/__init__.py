"""Writers: from values to text for terminals, machines and pull requests. Pure functions; nothing here asks or decides."""
