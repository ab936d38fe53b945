// One delivery as it lies in the spool.

internal import BrokerLink
internal import Digests
internal import Traffic

/// The layout of a record: length, checksum, time, flags, packet id, topic length, topic, payload.
///
/// Numbers are little-endian. The length counts what follows the checksum; the checksum covers the same bytes, contents
/// first, so that the checksum of topic and payload alone (the `print`) is had on the way.
enum SpoolRecord {
    /// Bytes of length and checksum.
    static let prefixLength = 8
    /// Bytes between the checksum and the topic.
    static let headLength = 15
    /// The longest record that is believed: MQTT's largest packet with room for its head.
    private static let longest = 268_435_455 + 65_535 + headLength

    private static let retainedFlag: UInt8 = 1 << 2
    private static let duplicateFlag: UInt8 = 1 << 3
    private static let packetFlag: UInt8 = 1 << 4

    /// Appends a delivery; `print` is the checksum of its contents.
    ///
    /// It tells them from others' contents, with the delivery's packet id and the broker's own DUP flag beside it.
    static func append(
        _ delivery: DeliveryBatch.Entry,
        of batch: DeliveryBatch,
        print: UInt32,
        to bytes: inout [UInt8]
    ) {
        var flags = delivery.qos.rawValue
        if delivery.isRetained { flags |= retainedFlag }
        if delivery.isDuplicate { flags |= duplicateFlag }
        if delivery.packetID != nil { flags |= packetFlag }
        let start = bytes.count
        let contents = batch.contents(of: delivery)
        let length = headLength + contents.byteCount
        append(UInt32(truncatingIfNeeded: length), to: &bytes)
        append(UInt32(0), to: &bytes)
        append(delivery.receivedAt.nanoseconds, to: &bytes)
        bytes.append(flags)
        append(delivery.packetID ?? 0, to: &bytes)
        append(UInt32(truncatingIfNeeded: batch.topic(of: delivery).byteCount), to: &bytes)
        let head = start + prefixLength..<start + prefixLength + headLength
        let check = CRC32.of(bytes.rawSpan.extracting(head), after: print)
        for place in 0..<4 { bytes[start + 4 + place] = UInt8(truncatingIfNeeded: check >> (8 * place)) }
        unsafe contents.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    /// What stands at an offset.
    enum Reading {
        case whole(SpooledBatch.Entry, next: Int)
        /// The bytes end before the record does.
        case incomplete(needed: Int)
        /// The bytes are no record.
        case damaged
    }

    /// Reads the record at an offset; `isChecked` says whether the checksum is looked at.
    ///
    /// It is there for what a death left half written, and takes as long as all the rest.
    static func read(_ bytes: RawSpan, at start: Int, isChecked: Bool) -> Reading {
        guard bytes.byteCount >= start + prefixLength else { return .incomplete(needed: prefixLength) }
        let length = Int(bytes.number(at: start, as: UInt32.self))
        guard length >= headLength, length <= longest else { return .damaged }
        let body = start + prefixLength
        guard bytes.byteCount >= body + length else { return .incomplete(needed: prefixLength + length) }
        let topicLength = Int(bytes.number(at: body + 11, as: UInt32.self))
        guard topicLength <= length - headLength else { return .damaged }
        let contents = body + headLength..<body + length
        if isChecked {
            let print = CRC32.of(bytes.extracting(contents))
            let check = CRC32.of(bytes.extracting(body..<body + headLength), after: print)
            guard check == bytes.number(at: start + 4, as: UInt32.self) else { return .damaged }
        }
        let flags = bytes.number(at: body + 8, as: UInt8.self)
        let entry = SpooledBatch.Entry(
            receivedAt: Timestamp(nanoseconds: bytes.number(at: body, as: Int64.self)),
            qos: QoS(rawValue: flags & 3) ?? .atMostOnce,
            isRetained: flags & retainedFlag != 0,
            isDuplicate: flags & duplicateFlag != 0,
            packetID: flags & packetFlag == 0 ? nil : bytes.number(at: body + 9, as: UInt16.self),
            topic: contents.lowerBound..<contents.lowerBound + topicLength,
            payload: contents.lowerBound + topicLength..<contents.upperBound
        )
        return .whole(entry, next: body + length)
    }

    /// Appends a number, its lowest byte first.
    static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for place in 0..<number.bitWidth / 8 {
            bytes.append(UInt8(truncatingIfNeeded: number >> (8 * place)))
        }
    }
}
