"""From counts to ranked rows: rates, people's level, gains, the order. Pure arithmetic."""
