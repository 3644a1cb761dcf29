"""Verification of what lies in the bagging area: which weight belongs to which line. Pure."""
