"""The instructor dashboard of the platform, frontend-app-instructor-dashboard: its certificates page (B1 to B10)."""
