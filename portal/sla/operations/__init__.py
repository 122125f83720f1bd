"""Changes to calendars, service plans and contracts."""
