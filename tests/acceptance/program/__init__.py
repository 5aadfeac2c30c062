"""Does the program keep its word on a terminal?"""
