"""The pack ``rate_limits``."""
