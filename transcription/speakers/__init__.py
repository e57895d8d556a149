"""Who speaks when: voices in a recording, and the words of each."""
