// The same packets in both formats, and by both readers.

import PacketSources
import TestSupport
import Testing
import Traffic

@testable import Benchmarks

/// Packets of a capture with their times and bytes.
private func packets(of path: String) throws -> [String] {
    var file = try CaptureFile(path: path)
    var found: [String] = []
    while try file.next({ header, bytes in
        let text = (0..<bytes.byteCount).map { String(bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self)) }
        found.append(
            "\(header.at) \(header.linkType) \(header.originalLength) \(text.joined(separator: " "))"
        )
    }) {}
    return found
}

@Test func `copies every packet to pcapng, where both readers find it`() throws {
    let folder = try ScratchFolder()
    let rollout = Rollout(devices: 3, messagesPerDevice: 8)
    let summary = try RolloutCapture.write(rollout, to: folder.path("a.pcap"))
    try PcapngCopy.write(folder.path("a.pcap"), to: folder.path("a.pcapng"))
    #expect(try packets(of: folder.path("a.pcapng")) == packets(of: folder.path("a.pcap")))
    for reader in PacketCount.Reader.allCases {
        for name in ["a.pcap", "a.pcapng"] {
            let count = try PacketCount(ofFile: folder.path(name), by: reader)
            #expect(count.packets == summary.packets)
            #expect(count.bytes == summary.bytes)
        }
    }
}
