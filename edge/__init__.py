"""store-edge: the software on the in-store gateway box.

    camera  → Frame → Detections → Tracks → Crossings → intervals  ┐
    serial  → bytes → WeightReading → StableWeight → stock         ├→ Event → emit → outbox → uplink → MQTT 5 → cloud
    scanner → bytes → Scan → barcode → checkout session → sale     ┘

One way, downhill, one exit. A room (`vision`, `shelf`, `checkout`) receives `emit` and its own slice of the
configuration and nothing else.
"""
