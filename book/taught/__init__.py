"""What one chapter writes out in full and later ones import."""
