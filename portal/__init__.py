"""Vinculo: one shared truth between a provider and its business clients."""

__version__ = "0.1.0"
