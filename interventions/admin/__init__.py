"""Staff's pages of the courtesy interventions."""
