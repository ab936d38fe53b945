// Captured packets of many link types, at any times: the contract holds, memory stays bounded.

import Traffic
import Wire

/// Feeds records as captured packets.
///
/// `how` chooses link type and snap length, `when` moves the clock.
enum LinkCheck {
    /// Every link type that is read, and a few that are not.
    static let linkTypes: [LinkType] = [
        .ethernet, .null, .raw, .loop, .linuxCooked, .ipv4, .ipv6, .linuxCooked2,
        LinkType(rawValue: 9), LinkType(rawValue: 50), LinkType(rawValue: 104), LinkType(rawValue: 105),
        LinkType(rawValue: 127), LinkType(rawValue: 239), LinkType(rawValue: 258), LinkType(rawValue: 9_999),
    ]

    /// Steps of the clock: the limits of holes and of idle connections, and what only a broken clock does.
    private static let steps: [Duration] = [
        .zero, .milliseconds(1), .milliseconds(51), .seconds(121), .seconds(3_601), .seconds(-3_601),
        .nanoseconds(Int64.max), .nanoseconds(Int64.min),
    ]

    /// Bounds so small that a few packets reach them.
    static var limits: WireLimits {
        var limits = WireLimits()
        limits.bytesPerDirection = 1_024
        limits.totalBytes = 2_048
        limits.flows = 4
        limits.idleTime = .seconds(3_600)
        limits.controlPacketBytes = 512
        limits.aliasBytes = 32
        limits.headBytes = 256
        limits.pipelinedRequests = 2
        limits.fragmentedDatagrams = 2
        return limits
    }

    static func check(_ input: [UInt8]) throws(Finding) {
        let records = ScriptRecord.divide(input)
        try feed(records, within: limits)
        try feed(records, within: WireLimits())
    }

    private static func feed(_ records: [ScriptRecord], within limits: WireLimits) throws(Finding) {
        var decoder = WireDecoder(limits: limits)
        var witness = Witness()
        var now = Timestamp(seconds: 1_800_000_000)
        for record in records {
            now = now.advanced(by: steps[Int(record.when) % steps.count])
            let bytes = Array(record.bytes)
            let header = PacketHeader(
                at: now,
                linkType: linkTypes[Int(record.how) % linkTypes.count],
                originalLength: bytes.count + Int(record.how >> 4) * 100
            )
            witness.packetArrives(at: now)
            decoder.receive(bytes.span.bytes, header: header, into: &witness)
            try require(decoder.heldBytes <= limits.totalBytes, "\(decoder.heldBytes) bytes are held")
        }
        decoder.finish(at: now, into: &witness)
        witness.captureEnded(decoder.losses)
        if let finding = witness.finding { throw finding }
    }
}
