"""Does the approval workflow hold, at the edge of the services and of the database?"""
