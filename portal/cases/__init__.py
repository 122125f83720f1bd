"""The shared case, one issue of an account and all who are concerned."""
