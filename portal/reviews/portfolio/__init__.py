"""The portfolio review: many accounts side by side for the provider's own executives and account managers."""
