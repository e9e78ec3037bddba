"""Use cases, free of Qt: what a person does, whichever face of the app is used."""
