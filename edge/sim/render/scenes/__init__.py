"""The scenes; each is a short script on the renderer."""
