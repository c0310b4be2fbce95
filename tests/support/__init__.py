"""Real servers and probes that tests share."""
