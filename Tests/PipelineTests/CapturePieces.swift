// Cuts capture files into pieces at packet boundaries.

import Foundation

/// A capture file as its header and its packets, each with all its bytes in the file.
struct CapturePieces {
    let header: Data
    let packets: [Data]

    /// Reads a classic capture or a pcapng file, little end first.
    init(_ file: URL) throws {
        let data = try Data(contentsOf: file)
        func number(_ offset: Int) -> Int {
            data[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let isBlocks = number(0) == 0x0A0D_0D0A
        var header = isBlocks ? Data() : data.prefix(24)
        var packets: [Data] = []
        var offset = header.count
        while offset + 8 <= data.count {
            let length = isBlocks ? number(offset + 4) : 16 + number(offset + 8)
            let record = data[offset..<min(data.count, offset + length)]
            // Enhanced packets are blocks of type 6; sections and interfaces belong to every piece.
            if !isBlocks || number(offset) == 6 { packets.append(record) } else { header += record }
            offset += length
        }
        self.header = header
        self.packets = packets
    }

    /// When the packets of a classic capture with nanoseconds were seen, since the epoch.
    var times: [Int64] {
        packets.map { packet in
            func number(_ offset: Int) -> Int64 {
                packet.dropFirst(offset).prefix(4).reversed().reduce(0) { $0 << 8 | Int64($1) }
            }
            return number(0) * 1_000_000_000 + number(4)
        }
    }

    /// Writes the packets between these cuts as files of their own.
    func write(cutAt cuts: [Int], to folder: URL, named name: String) throws -> [URL] {
        let edges = [0] + cuts.map { min(max(0, $0), packets.count) }.sorted() + [packets.count]
        return try zip(edges, edges.dropFirst()).enumerated().compactMap { number, range in
            guard range.0 < range.1 else { return nil }
            let file = folder.appending(path: "\(name)-\(number).pcap")
            try (header + packets[range.0..<range.1].reduce(Data(), +)).write(to: file)
            return file
        }
    }
}
