"""Every network call that the hub itself makes. Nothing yet: webhooks and event streams come later."""
