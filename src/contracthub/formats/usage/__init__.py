"""Who uses an element of what a provider offers: how elements are named, and what of a contract proves a use."""
