"""The Bot API over HTTP: methods, long polling, downloads, fault injection and the call log."""
