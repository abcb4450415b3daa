"""The pack ``tenants``."""
