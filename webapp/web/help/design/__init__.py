"""The page of the design system: every decision and every part, as the pages have them."""
