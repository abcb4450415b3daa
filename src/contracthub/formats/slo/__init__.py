"""SLO promises: how fast, how reliable and under which load a provider has to be, for a consumer or by its own word."""
