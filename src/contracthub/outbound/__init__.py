"""Every network call that the hub itself makes, to receivers that people named."""
