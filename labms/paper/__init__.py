"""What every printed thing shares: fonts, QR codes, pages, and the forms themselves.

Nothing here knows a table or a request. A document is drawn from plain frozen
content (`labms.paper.content`), and the same content gives the same bytes for ever.
"""
