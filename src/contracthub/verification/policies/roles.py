"""The pack ``roles``."""
