"""Protocol Buffers (proto2, proto3, edition 2023): reading, writing back, and whether one file may follow another."""
