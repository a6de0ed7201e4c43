"""What the line does with a call: its answers, pages, messages, texts and upkeep.

Nothing here knows HTTP, TwiML or a scheduler: the edges bring what came in, and carry out what is decided.
"""
