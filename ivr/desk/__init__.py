"""The desk: what the clinic's staff look at, in a browser.

A page is one small module here and one template in templates/desk. To add one, say "messages":

    # ivr/desk/messages.py
    def blueprint(line: Line) -> Room:
        room = Room("messages", "clinician", "desk", label="Messages", home="listed")

        @room.get("/messages")
        def listed() -> str:
            with line.store.read() as conn:
                waiting = messages.unheard(conn)
            return render_template("desk/messages.html", waiting=waiting)

        @room.post("/messages/<ref>/done")
        def done(ref: str) -> Response:
            line.store.write(lambda conn: ...)
            audit.note(line, member(), "marked a message as done", about=ref)
            flash("Done.")
            return redirect(url_for("messages.listed"))

        return room

and a line in `desk.rooms()`, whose order is that of the navigation. What then holds without a word more:

- only the roles that the Room names, and owners, get in (`guard`); a route of no Room is refused
- every POST comes from a page of ours (`guard`), so a form needs no token
- a template extends desk/base.html; desk/parts.html has the pieces: field, press (a form of one button),
  number (masked, with a button that shows it), empty (what to do when there is nothing)
- `{{ at|when }}` writes a stored time by the clinic's clocks; flash() messages show on the next page;
  `abort(404)` and the like end in a page that says the cure
- no inline script or style works (the Content-Security-Policy): use static/desk.css, and desk.js, which
  nothing may need. Bootstrap's classes are there; its script isn't loaded.

Reads of what a patient said, and all changes, are noted (`audit.note`). Numbers leave a page masked (`masked`
filter). What updates by itself uses `live.events`.
"""
