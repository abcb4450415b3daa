"""hoardwell: keeps count of what the simulations of distilera yield, from the events on Kafka."""
