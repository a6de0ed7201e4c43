"""What callers hear, as data, and the engine that walks it.

Nothing in this room knows the time, a database, Flask or Twilio: all that it
needs is handed to it, and all that it decides is handed back.
"""
