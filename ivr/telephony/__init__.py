"""The edge to Twilio: what comes in is checked, what goes out is written, in Twilio's own words.

Only this room speaks TwiML, knows Twilio's signatures and statuses, and calls its REST API.
"""
