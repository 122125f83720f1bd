"""Users, grants, log-in, sessions, one-time links."""
