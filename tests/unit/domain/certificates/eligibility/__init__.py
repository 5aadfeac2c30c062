"""Who earns a certificate, by which table of rules, and what is said of those who do not?"""
