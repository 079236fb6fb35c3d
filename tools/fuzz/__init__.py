"""Fuzzing of what reads untrusted files; needs atheris."""
