"""api_gateway: shows sessions of neural_processor to the outside, and has them processed."""
