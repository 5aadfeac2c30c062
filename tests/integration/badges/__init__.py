"""Is a badge awarded as decided, and do programs of others take its documents for what they are?"""
