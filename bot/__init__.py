"""Everything that holds a Bot: the composition root, the client, middlewares and delivery."""
