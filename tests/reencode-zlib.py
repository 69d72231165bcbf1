#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""reencode-zlib.py FROM TO - pack a trace.dat of version 7 with zlib.

FROM is one that trace-cmd wrote without compression.  Its sections and its CPU data are
packed as trace-cmd packs them: a section as one block, CPU data as a chain of blocks of
ten pages behind their number.  Everything else stays: names, times, order.  This is how
fixtures/trace/reencoded-zlib.dat was made of v7-none.dat, because Debian's trace-cmd
cannot write zlib.
"""
import struct
import sys
import zlib

OPTIONS, BUFFER, STRINGS = 0, 3, 15
PACKED = 1
PAGES_A_CHUNK = 10


def block(data):
    packed = zlib.compress(data, 9)
    return struct.pack("<II", len(packed), len(data)) + packed


def chunks(data, page_size):
    step = PAGES_A_CHUNK * page_size
    parts = [data[at : at + step] for at in range(0, len(data), step)]
    return struct.pack("<I", len(parts)) + b"".join(map(block, parts))


def string(data, at):
    end = data.index(b"\0", at) + 1
    return data[at:end], end


class Reencoder:
    def __init__(self, data):
        self.data = data
        self.out = bytearray()
        self.moved = {}  # where sections were: where they are

    def head(self):
        at = 10
        version, at = string(self.data, at)
        self.out += self.data[: at + 6]
        compression, at = string(self.data, at + 6)
        library, at = string(self.data, at)
        if version != b"7\0" or compression != b"none\0":
            sys.exit("expected a trace.dat of version 7 that is not compressed")
        self.out += b"zlib\0" + zlib.ZLIB_VERSION.encode() + b"\0"
        self.first = len(self.out)
        self.out += bytes(8)
        return at

    def section(self, ident, flags, desc, body):
        start = len(self.out)
        self.out += struct.pack("<HHIQ", ident, flags, desc, len(body)) + body
        return start

    def cpu_data(self, option):
        """The option that tells of a buffer, with its CPU data written."""
        name, at = string(option, 8)
        clock, at = string(option, at)
        page_size, cpus = struct.unpack_from("<II", option, at)
        table = struct.pack("<II", page_size, cpus)
        for row in range(cpus):
            cpu, offset, size = struct.unpack_from("<IQQ", option, at + 8 + 20 * row)
            packed = chunks(self.data[offset : offset + size], page_size)
            self.out += bytes(-len(self.out) % page_size)
            # Like trace-cmd 3.1: the size leaves out the number of chunks.
            table += struct.pack("<IQQ", cpu, len(self.out), len(packed) - 4)
            self.out += packed
        return name + clock + table

    def buffer(self, option):
        old = struct.unpack_from("<Q", option)[0]
        ident, _, desc, _ = struct.unpack_from("<HHIQ", self.data, old)
        start = self.section(ident, PACKED, desc, b"")
        table = self.cpu_data(option)
        struct.pack_into("<Q", self.out, start + 8, len(self.out) - start - 16)
        return struct.pack("<Q", start) + table

    def options(self, offset):
        """One section of options; returns where the next one was."""
        _, flags, desc, size = struct.unpack_from("<HHIQ", self.data, offset)
        at, body, following = offset + 16, b"", 0
        while at < offset + 16 + size:
            ident, length = struct.unpack_from("<HI", self.data, at)
            value = self.data[at + 6 : at + 6 + length]
            at += 6 + length
            if ident == OPTIONS:
                following = struct.unpack("<Q", value)[0]
            elif ident == BUFFER:
                value = self.buffer(value)
            elif 16 <= ident <= 21:
                value = struct.pack("<Q", self.moved[struct.unpack("<Q", value)[0]])
            body += struct.pack("<HI", ident, len(value)) + value
        start = self.section(OPTIONS, flags, desc, body)
        struct.pack_into("<Q", self.out, self.link, start)
        self.link = len(self.out) - 8
        return following

    def strings(self, at):
        """The descriptions, which nothing points to, come last."""
        while at + 16 <= len(self.data):
            ident, _, desc, size = struct.unpack_from("<HHIQ", self.data, at)
            if ident == STRINGS:
                body = self.data[at + 16 : at + 16 + size]
                self.section(ident, PACKED, desc, block(body))
            at += 16 + size

    def run(self):
        at = self.head() + 8
        begin = at
        while True:
            ident, _, desc, size = struct.unpack_from("<HHIQ", self.data, at)
            if ident == OPTIONS:
                break
            body = self.data[at + 16 : at + 16 + size]
            self.moved[at] = self.section(ident, PACKED, desc, block(body))
            at += 16 + size
        self.link = self.first
        following = struct.unpack_from("<Q", self.data, begin - 8)[0]
        while following:
            following = self.options(following)
        self.strings(begin)
        return bytes(self.out)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with open(sys.argv[1], "rb") as file:
        reencoded = Reencoder(file.read()).run()
    with open(sys.argv[2], "wb") as file:
        file.write(reencoded)
