"""Service plans and business-hours arithmetic."""
