"""History from elsewhere: another help desk's event log, and the product's own CSV folders."""
