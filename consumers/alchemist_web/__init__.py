"""alchemist_web: the pages on which simulations are started and looked at."""
