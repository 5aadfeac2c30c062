"""Configuration and its changes for programs: they read, propose and talk; people decide."""
