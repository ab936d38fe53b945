// The listing of a capture made of bytes: what MQTT 5 says beside topics and payloads.

import Foundation
import Interchange
import Pipeline
import TestSupport
import Testing
import Traffic

/// A number in network order.
private func big(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

private func string(_ text: String) -> [UInt8] { big(UInt16(text.utf8.count)) + Array(text.utf8) }

/// A classic capture of raw IP packets: a client's SYN, then its segments.
private func capture(_ segments: [[UInt8]]) -> Data {
    var bytes: [UInt8] = big(UInt32(0xA1B2_C3D4)) + big(UInt16(2)) + big(UInt16(4)) + big(UInt64(0))
    bytes += big(UInt32(65_535)) + big(UInt32(101))
    var sequence: UInt32 = 100
    for (payload, flags) in [([], 0x02)] + segments.map({ ($0, 0x18) }) as [([UInt8], UInt8)] {
        let tcp =
            big(UInt16(40_000)) + big(UInt16(1_883)) + big(sequence) + big(UInt32(0)) + [0x50, flags]
            + big(UInt16(1_024)) + [0, 0, 0, 0] + payload
        let ip =
            [0x45, 0] + big(UInt16(20 + tcp.count)) + [0, 0, 0, 0, 64, 6, 0, 0, 127, 0, 0, 2, 127, 0, 0, 1]
            + tcp
        bytes += big(UInt32(1)) + big(UInt32(0)) + big(UInt32(ip.count)) + big(UInt32(ip.count)) + ip
        sequence += UInt32(payload.count) + (flags == 0x02 ? 1 : 0)
    }
    return Data(bytes)
}

private func packet(_ first: UInt8, _ body: [UInt8]) -> [UInt8] { [first, UInt8(body.count)] + body }

@Test func `lists will, user name's presence and properties of MQTT 5, and never a password`() throws {
    let connect =
        string("MQTT") + [5, 0xC6, 0, 30] + [3, 0x21, 0, 9] + string("dev") + [5, 0x18, 0, 0, 0, 1]
        + string("gone")
        + string("payload") + string("the-user") + string("the-password")
    let properties =
        [0x03] + string("text/plain") + [0x09] + [0, 2, 0xCA, 0xFE] + [0x26] + string("k") + string("v")
    let publish = string("t") + [0, 1, UInt8(properties.count)] + properties + Array("x".utf8)
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "five.pcap")
    try capture([packet(0x10, connect), packet(0x32, publish), packet(0x3A, publish)]).write(to: file)
    var rows: [ListingRow] = []
    _ = try CaptureListing.list(path: file.path) { rows += $0 }
    let lines = rows.map { $0.jsonLine(masked: false) }
    try #require(lines.count == 3)
    #expect(
        lines[0].contains(
            #""client_id":"dev","keepalive":30,"clean":true,"username":true,"will":{"topic":"gone","qos":0,"#
                + #""retain":false,"payload_length":7,"properties":{"will_delay":1}},"#
                + #""properties":{"receive_maximum":9}"#
        )
    )
    #expect(
        lines[1].contains(
            #""properties":{"content_type":"text/plain","correlation_data":"cafe","user_properties":[["k","v"]]}"#
        )
    )
    #expect(!lines[1].contains("redelivery"))
    #expect(lines[2].contains(#""dup":true"#) && lines[2].contains(#""redelivery":true"#))
    #expect(!lines.joined().contains("the-"))
}

@Test func `hands rows on in bounded batches, even those that the end of a capture brings at once`() throws {
    let requests = (0..<5_000).map { Array("GET /\($0) HTTP/1.1\r\n\r\n".utf8) }
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "unanswered.pcap")
    try capture(requests).write(to: file)
    var limits = ReadingLimits()
    limits.waitingRequests = 10_000
    var batches: [Int] = []
    let summary = try CaptureListing.list(path: file.path, limits: limits) { batches.append($0.count) }
    #expect(batches.reduce(0, +) == 5_000 && batches.allSatisfy { $0 <= 2_048 })
    #expect(summary.losses == Losses())
}

@Test func `forgets requests beyond a limit and says how many`() throws {
    let requests = (0..<100).map { Array("GET /\($0) HTTP/1.1\r\n\r\n".utf8) }
    let folder = try ScratchFolder()
    let file = folder.url.appending(path: "unanswered.pcap")
    try capture(requests).write(to: file)
    var limits = ReadingLimits()
    limits.waitingRequests = 10
    var lines: [String] = []
    let summary = try CaptureListing.list(path: file.path, isHashing: false, limits: limits) { rows in
        lines += rows.map { $0.text(masked: true) }
    }
    #expect(lines.count == 100 && lines.count { $0.hasSuffix("no response, 0 B, gap") } == 90)
    #expect(summary.losses.forgottenRequests == 90)
}
