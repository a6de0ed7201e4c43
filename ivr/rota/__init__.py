"""Opening hours, who is on call, whom to ring next, when a promise is due. Pure: the time is handed in."""
