"""What the centre knows: content files in git, and the code that reads them."""
