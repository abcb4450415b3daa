"""Stand-ins for providers, made of contracts: consumers' tests run their own clients against them."""
