"""The suite ``journeys``: what consumers do in several steps, jobs that are polled, and the life of a resource."""
