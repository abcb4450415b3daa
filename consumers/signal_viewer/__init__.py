"""signal_viewer shows the samples of a session while they come."""
