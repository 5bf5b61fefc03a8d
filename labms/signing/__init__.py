"""Electronic signatures in PDF: made on the server, and examined wherever from."""
