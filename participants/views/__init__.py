"""The public pages: invite, agreement, portal. They read on GET and call one service on POST."""
