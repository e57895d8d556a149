"""What every process needs: settings turned into services, warm-up, checks, logs and the service manager."""
