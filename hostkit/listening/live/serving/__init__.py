"""Who is answered, and what: the server, its pages, and files that are looked after."""
