"""Taking a box to another release: signed, tried before the switch, watched after it, taken back when it is not well.

    verify ─▶ stage ─▶ self-test ─▶ trial ─▶ switch ─▶ restart ─▶ confirm
                                     └── killed here or later: deploy/recover counts starts, and goes back

Run by root, from the release that is in use: the gateway's own user cannot write to its code.
"""
