"""Full checks of documents, each in a process of its own that can be killed.

The tools that check in full are slow, and some of them can be brought to run for hours or to take all memory. Here they
get one document, a clock and a ceiling, and nothing else: no network, no secrets, no way to outlive the hub.
"""
