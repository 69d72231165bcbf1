#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""make-bad-fixtures.py - damage trace.dat files, one fault each, into fixtures/bad.

Run in the project's top folder.  The files come from fixtures/trace/v7-none.dat, with
only the symbols that its events need, and from tc33-zstd.dat, reencoded-le32-old.dat
and stream.dat where the fault is one of packed data, of version 6 or of a stream.  tests/bad.bats has what each
must give.  The texts in fixtures/bad are not made here.
"""
import random
import struct
import sys

OPTIONS, BUFFER = 0, 3
HEADER_INFO, FTRACE_EVENTS, EVENT_FORMATS, KALLSYMS, PRINTK, CMDLINES = range(16, 22)
BUFFER_TEXT = 22
PACKED = 1
PAGE = 4096


def load(name):
    with open(f"fixtures/trace/{name}", "rb") as file:
        return file.read()


def save(name, data):
    with open(f"fixtures/bad/{name}", "wb") as file:
        file.write(bytes(data))


def patch(data, at, fmt, *values):
    data = bytearray(data)
    struct.pack_into(fmt, data, at, *values)
    return data


def string(data, at):
    end = data.index(b"\0", at) + 1
    return data[at:end], end


class File:
    """Version 7, taken apart and put together again, with places to damage."""

    def __init__(self, data):
        _, at = string(data, 10)
        self.page_size = struct.unpack_from("<I", data, at + 2)[0]
        self.compression, at = string(data, at + 6)
        _, at = string(data, at)
        self.head, self.parts, self.options, self.buffers = data[:at], {}, [], []
        offset = struct.unpack_from("<Q", data, at)[0]
        while offset:
            offset = self.take_options(data, offset)

    def take_options(self, data, offset):
        size = struct.unpack_from("<Q", data, offset + 8)[0]
        at, end = offset + 16, offset + 16 + size
        while at < end:
            ident, length = struct.unpack_from("<HI", data, at)
            value = data[at + 6 : at + 6 + length]
            at += 6 + length
            if ident == OPTIONS:
                return struct.unpack("<Q", value)[0]
            if ident == BUFFER:
                self.take_buffer(data, value)
            elif HEADER_INFO <= ident <= CMDLINES:
                self.take_part(data, ident, struct.unpack("<Q", value)[0])
            else:
                self.options.append((ident, value))
        return 0

    def take_part(self, data, ident, offset):
        _, flags, _, size = struct.unpack_from("<HHIQ", data, offset)
        self.parts[ident] = (flags, data[offset + 16 : offset + 16 + size])

    def take_buffer(self, data, value):
        flags = struct.unpack_from("<HH", data, struct.unpack_from("<Q", value)[0])[1]
        name, at = string(value, 8)
        clock, at = string(value, at)
        page_size, count = struct.unpack_from("<II", value, at)
        rows = [struct.unpack_from("<IQQ", value, at + 8 + 20 * i) for i in range(count)]
        cpus = [(cpu, data[off : off + size + 4 * flags]) for cpu, off, size in rows]
        self.buffers.append([name, clock, page_size, flags, cpus])

    def section(self, out, ident, flags, body):
        at = len(out)
        out += struct.pack("<HHIQ", ident, flags, 0xFFFFFFFF, len(body)) + body
        return at

    def write_options(self, out, options):
        """A section of options; its place, and that of its link to the next."""
        body = b"".join(struct.pack("<HI", i, len(v)) + v for i, v in options)
        at = self.section(out, OPTIONS, 0, body + struct.pack("<HIQ", OPTIONS, 8, 0))
        return at, len(out) - 8

    def write_buffer(self, out, buffer):
        name, clock, page_size, flags, cpus = buffer
        start, rows = self.section(out, BUFFER, flags, b""), b""
        self.data = []
        for cpu, data in cpus:
            out += bytes(-len(out) % self.page_size)
            self.data.append(len(out))
            rows += struct.pack("<IQQ", cpu, len(out), len(data) - 4 * flags)
            out += data
        struct.pack_into("<Q", out, start + 8, len(out) - start - 16)
        head = struct.pack("<Q", start) + name + clock
        return head + struct.pack("<II", page_size, len(cpus)) + rows

    def write(self):
        out = bytearray(self.head) + bytes(8)
        self.offsets = {}
        for ident, (flags, body) in self.parts.items():
            self.offsets[ident] = self.section(out, ident, flags, body)
        named = [(i, struct.pack("<Q", at)) for i, at in self.offsets.items()]
        self.first, link = self.write_options(out, named + self.options)
        struct.pack_into("<Q", out, len(self.head), self.first)
        for buffer in self.buffers:
            option = self.write_buffer(out, buffer)
            self.table, following = self.write_options(out, [(BUFFER, option)])
            struct.pack_into("<Q", out, link, self.table)
            link = following
        self.link = link
        return out


def small():
    """v7-none.dat with only what its events need."""
    file = File(load("v7-none.dat"))
    wanted = b"_shrink_scan", b"_cache_scan", b"_es_scan", b"shadow_nodes", b"_split_scan"
    _, body = file.parts[KALLSYMS]
    lines = [line for line in body[4:].splitlines(True) if line.strip().endswith(wanted)]
    symbols = b"".join(lines)
    file.parts[KALLSYMS] = 0, struct.pack("<I", len(symbols)) + symbols
    file.parts[FTRACE_EVENTS] = 0, struct.pack("<I", 0)
    file.parts[PRINTK] = 0, struct.pack("<I", 0)
    return file


def records(page):
    """Where the records of a page of 64 bits begin, and their types."""
    at, end = 16, 16 + (struct.unpack_from("<Q", page, 8)[0] & 0x7FFFFFF)
    while at < end:
        word = struct.unpack_from("<I", page, at)[0]
        kind, delta = word & 31, word >> 5
        yield at, kind, delta
        array = struct.unpack_from("<I", page, at + 4)[0]
        at += 4 * kind + 4 if 1 <= kind <= 28 else 8 if kind >= 30 else array + 4


def cuts():
    file = small()
    whole = file.write()
    save("trace-cut-in-head.dat", whole[:20])
    save("trace-cut-in-sections.dat", whole[: file.offsets[EVENT_FORMATS] + 1000])
    save("trace-cut-in-data.dat", whole[: file.data[0] + 2 * PAGE + 1500])
    save("trace-cut-in-table.dat", whole[: file.table + 30])
    old = load("reencoded-le32-old.dat")
    table = old.index(b"flyrecord\0") + 10
    data = struct.unpack_from("<Q", old, table)[0]
    save("trace-v6-cut-in-table.dat", old[: table + 5])
    save("trace-v6-cut-in-data.dat", old[: data + PAGE + 777])


def pages():
    file = small()
    cpu, data = file.buffers[-1][4][0]
    second = data[PAGE : 2 * PAGE]

    def spoilt(page):
        file.buffers[-1][4][0] = cpu, data[:PAGE] + bytes(page) + data[2 * PAGE :]
        return file.write()

    save("trace-page-too-full.dat", spoilt(patch(second, 8, "<Q", PAGE)))
    *_, (at, kind, delta) = records(second)
    longer = patch(second, at, "<I", delta << 5 | kind + 3)
    save("trace-record-beyond-page.dat", spoilt(longer))
    at, kind, delta = [row for row in records(second) if row[1] >= 19][3]
    # Two words less, and what they were is a discarded record of one nanosecond.
    shorter = patch(second, at, "<I", delta << 5 | kind - 2)
    shorter = patch(shorter, at + 4 + 4 * (kind - 2), "<II", 1 << 5 | 29, 4)
    save("trace-short-record.dat", spoilt(shorter))


def heads():
    whole = small().write()
    save("trace-version-9.dat", patch(whole[:64], 10, "<c", b"9"))
    save("trace-unknown-compression.dat", whole[:64].replace(b"none\0", b"lzma\0"))


def contents():
    file = small()
    whole = file.write()
    save("trace-circle.dat", patch(whole, file.link, "<Q", file.first))
    at = file.offsets[EVENT_FORMATS]
    save("trace-wrong-section.dat", patch(whole, at, "<H", KALLSYMS))
    save("trace-bad-page-head.dat", whole.replace(b"timestamp;", b"timestump;", 1))
    start = b"name: mm_shrink_slab_start\n"
    save("trace-bad-format.dat", whole.replace(start + b"ID: ", start + b"Ix: ", 1))
    at = whole.index(b"int priority;") + 12
    save("trace-torn-format.dat", whole[:at] + b"[" + bytes(30) + whole[at + 31 :])
    file.options.append((BUFFER_TEXT, bytes(8)))
    save("trace-text.dat", file.write())


def buffers():
    file = small()
    name, clock, page_size, flags, cpus = file.buffers[-1]
    file.buffers = [[name, clock, 3, flags, cpus]]
    save("trace-page-size-3.dat", file.write())
    one = [(cpus[0][0], cpus[0][1][:PAGE])]
    file.buffers = [[name, clock, page_size, flags, one], [b"again\0", clock, page_size, flags, one]]
    save("trace-two-captures.dat", file.write())
    file.buffers = [[name, clock, page_size, flags, [(cpu, cpus[0][1][:PAGE]) for cpu in range(2)]]]
    whole = file.write()
    row = whole.index(struct.pack("<IQ", 1, file.data[1]), file.table)
    save("trace-same-data.dat", patch(whole, row + 4, "<Q", file.data[0]))


def packed():
    file = File(load("tc33-zstd.dat"))
    whole = file.write()
    save("trace-bad-chunk.dat", patch(whole, file.data[0] + 40, "<QQ", 0, 0))
    save("trace-bad-kallsyms.dat", patch(whole, file.offsets[KALLSYMS] + 40, "<QQ", 0, 0))
    save("trace-huge-chunk.dat", patch(whole, file.data[0] + 8, "<I", 0x40000000))


def streams():
    whole = load("stream.dat")
    third = whole.index(b"shrinkctl.3\0")
    rows = third + len("shrinkctl.3\0mono\0") + 8
    _, offset, size = struct.unpack_from("<IQQ", whole, rows + 20)
    save("trace-cut-stream.dat", whole[: offset + size * 2 // 3])
    save("trace-stream-lacks-piece.dat", patch(whole, third + 10, "<c", b"4"))


def others():
    save("perf.data", struct.pack("<8s12Q", b"PERFILE2", 104, 144, 104, 0, 248, 0, 0, 0, 0, 0, 0, 0))
    save("trace.txt.gz", bytes.fromhex("1f8b08000000000000034b2e282db635e20200a62fbe4507000000"))
    save("empty.dat", b"")
    save("junk.bin", random.Random(9).randbytes(2000))


if __name__ == "__main__":
    if len(sys.argv) != 1:
        sys.exit(__doc__)
    for make in cuts, pages, heads, contents, buffers, packed, streams, others:
        make()
