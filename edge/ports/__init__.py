"""Bytes in and out of serial and network ports, with reconnect."""
