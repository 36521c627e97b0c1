"""The report: one HTML file without external resources."""
