"""A page's blueprint, with whom it lets in."""

from __future__ import annotations

from flask import Blueprint

from ivr.storage.staff import ROLES, Role

# The routes that anybody may ask for. Everything else needs a log-in with a role that its Room names.
PUBLIC = frozenset(
    {
        "health.health_view",
        "bootstrap.static",  # Bootstrap's own files, from its package
        "desk.static",
        "desk.root",  # redirects to the pages
        "login.form",
        "login.log_in",
        "invitation.form",  # whoever has the link, which works once
        "invitation.accept",
        "callback.form",  # whoever has a text's link, which works once, and only with the PIN
        "callback.ring",
        "rota.fetched",  # one person's shifts, for calendar programs: by an address that nobody can guess
    }
)


class Room(Blueprint):
    """The routes of one page, all below /desk.

    roles   who gets in; owners always do
    label   how the navigation names it; "" keeps it out
    home    the view that the navigation leads to
    """

    def __init__(self, name: str, *roles: Role, label: str = "", home: str = "") -> None:
        super().__init__(name, __name__, url_prefix="/desk")
        if unknown := set(roles) - set(ROLES):
            raise ValueError(f"no role {sorted(unknown)}: see ivr.storage.staff.ROLES")
        self.roles: frozenset[Role] = frozenset({*roles, "owner"})
        self.label = label
        self.home = f"{name}.{home}"
