"""What administrators type about calendars and service plans."""
