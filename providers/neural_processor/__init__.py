"""neural_processor: recording sessions and the jobs that process them."""
