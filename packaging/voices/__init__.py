"""Build-time only: renders synthetic clients. The app never imports this folder."""
