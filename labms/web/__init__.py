"""What all pages share: access, forms, lists, errors, and how values look."""
