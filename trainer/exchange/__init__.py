"""Out to others and back: reports now; bundles and tables later."""
