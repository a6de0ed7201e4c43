"""The stand-in exchange: plays Twilio over loopback HTTP, from Twilio's published behaviour only.

Nothing here knows the line, so that a mistake there and a mistake here can't agree with each other.
"""
