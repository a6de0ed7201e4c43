"""The handset: a page in the browser with the telephones of an exchange on it, to try a line by ear.

    with Handset(exchange, clock, phones, zone="Europe/London") as handset:
        print(handset.url)
        handset.run()

It drives the stand-in exchange, and nothing else: it belongs to no line, and no line that serves has one.
"""
