"""How documents are signed: by the program, elsewhere, by hand; and time stamps."""
