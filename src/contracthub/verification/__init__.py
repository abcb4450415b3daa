"""What runs beside a provider and never in the server: replay of contracts, and the evidence made of it."""
