"""The mind: navigation, guidance, control and modes. It reads measurements and its own estimates, never the world itself."""
