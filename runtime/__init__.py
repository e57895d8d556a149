"""What bot, API and worker processes need alike: services, lifecycle, warm-up, check, log and systemd."""
