"""The pack ``deprecation``."""
