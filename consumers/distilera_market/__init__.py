"""distilera_market: the stall on which customers look for essences and buy them."""
