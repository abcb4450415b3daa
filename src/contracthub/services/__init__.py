"""The use cases of the hub, one per module. Each owns its transaction and talks to ports, never to a framework."""
