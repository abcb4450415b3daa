"""Comparisons of what a consumer needs with what a provider offers: pure, one module for each pair of formats."""
