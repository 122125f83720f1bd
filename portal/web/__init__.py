"""Routes, rendering, forms and security headers."""
