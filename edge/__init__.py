"""store-edge: the software on the in-store gateway box.

    camera  → Frame → Detections → Tracks → Crossings → intervals  ┐
    serial  → bytes → WeightReading → StableWeight → stock         ├→ Event → emit → outbox → uplink → MQTT 5 → cloud
    scanner → bytes → Scan → barcode → checkout session → sale     ┘

One way, downhill, one exit. A room (`vision`, `shelf`, `checkout`) receives `emit` and its own slice of the
configuration and nothing else.
"""

import os

# onnxruntime sends telemetry unless it is told not to before it is loaded. No word leaves a shop by itself.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
