//! What patients bring along, and clones that compete.
