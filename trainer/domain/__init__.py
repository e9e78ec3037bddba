"""The nouns of Attune and their rules: frozen dataclasses, pure functions, no libraries."""
