"""distilera: simulations of distillations, and the events that tell of them on Kafka."""
