"""AsyncAPI (2.0 to 3.1): reading documents, who sends and receives what, and the schemas of each topic."""
