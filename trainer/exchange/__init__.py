"""Out to others and back: reports, bundles, tables of ratings."""
