"""From a job to the messages that tell of it."""
