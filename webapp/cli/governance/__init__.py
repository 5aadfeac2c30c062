"""The commands of configuration: what is live, what is proposed, and who decides."""
