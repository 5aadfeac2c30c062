"""The page on which operators see what is kept ready."""
