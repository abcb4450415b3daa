"""What the hub costs: processor time per request, on both databases, with little history and with much."""
