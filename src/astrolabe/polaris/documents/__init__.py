"""What documents of the corpus are about: one file a matter, one function a kind of document."""
