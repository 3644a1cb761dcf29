"""Footfall: camera → Frame → Detections → Tracks → Crossings → intervals."""
