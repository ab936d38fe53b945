// What a DNS message asks, and which addresses it answers. RFC 1035 §4, RFC 3596 §2.

import Traffic

/// A look-up of a name's addresses, or its answer.
struct DNSMessage: Hashable {
    /// Addresses that are read of one answer.
    static let mostAddresses = 16

    /// Whether it is an answer.
    var isResponse: Bool
    /// RCODE: 0 where nothing went wrong.
    var code: UInt8
    /// The name asked for, in lower case, without the last dot.
    var name: String
    /// The addresses given for it, directly or by way of other names.
    var addresses: [IPAddress] = []
    /// Whether all answers could be read: none were left out by the sender or by the snap length.
    var isWhole = true

    private static let a: UInt16 = 1
    private static let aaaa: UInt16 = 28
    private static let internet: UInt16 = 1

    /// Reads a message.
    ///
    /// - Parameters:
    ///   - bytes: The captured frame.
    ///   - range: Where the message lies in it.
    /// - Returns: `nil` for anything but one question for A or AAAA records of a name on the internet.
    /// - Throws: `.truncated` before the end of the question, `.malformed` for a name that is none.
    static func read(_ bytes: RawSpan, in range: Range<Int>) throws(WireError) -> DNSMessage? {
        var cursor = ByteCursor(bytes, in: range)
        _ = try cursor.readUInt16()
        let flags = try cursor.readUInt16()
        let questionCount = try cursor.readUInt16()
        let answerCount = try cursor.readUInt16()
        _ = try cursor.skip(4)
        // Opcode 0 is a standard query; nobody sends more than one question.
        guard flags & 0x7800 == 0, questionCount == 1 else { return nil }
        let name = try DNSName.read(&cursor, bytes, messageAt: range.lowerBound)
        let type = try cursor.readUInt16()
        guard type == a || type == aaaa, try cursor.readUInt16() == internet, !name.isEmpty else {
            return nil
        }
        var message = DNSMessage(isResponse: flags & 0x8000 != 0, code: UInt8(flags & 0x0F), name: name)
        guard message.isResponse else { return message }
        // The sender cut it: the asker asks again, over TCP.
        message.isWhole = flags & 0x0200 == 0
        do throws(WireError) {
            for _ in 0..<answerCount { try message.readAnswer(&cursor, bytes) }
        } catch {
            message.isWhole = false
        }
        return message
    }

    private mutating func readAnswer(_ cursor: inout ByteCursor, _ bytes: RawSpan) throws(WireError) {
        try DNSName.skip(&cursor)
        let type = try cursor.readUInt16()
        let family = try cursor.readUInt16()
        _ = try cursor.skip(4)
        let content = try cursor.readBlock()
        guard family == Self.internet, addresses.count < Self.mostAddresses else { return }
        if type == Self.a, content.count == 4 {
            addresses.append(IPAddress(ipv4: bytes.uint32(at: content.lowerBound)))
        } else if type == Self.aaaa, content.count == 16 {
            let start = content.lowerBound
            addresses.append(IPAddress(high: bytes.uint64(at: start), low: bytes.uint64(at: start + 8)))
        }
    }
}
