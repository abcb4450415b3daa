"""The pack ``authentication``."""
