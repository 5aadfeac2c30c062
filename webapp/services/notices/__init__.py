"""How do people learn what became of changes: on their page of notices, and by mail (approvals note §3.9)?"""
