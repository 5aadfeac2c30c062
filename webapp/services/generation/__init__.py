"""Who earns a certificate, and how is it made: facts read, verdicts carried out, jobs sent and followed up?"""
