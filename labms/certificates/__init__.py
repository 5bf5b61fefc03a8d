"""Numbers, frozen content, issuing, revocation."""
