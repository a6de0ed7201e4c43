"""How fast the line is, beside two other servers, measured in one run."""
