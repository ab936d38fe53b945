// DNS messages byte by byte. RFC 1035 §4.

/// Questions and answers for tests.
enum DNSBytes {
    /// A record of an answer.
    enum Answer {
        /// A or AAAA, by its length.
        case address([UInt8])
        /// A CNAME to `cdn` in front of the name asked for.
        case alias
    }

    /// Where the name asked for stands, as a pointer (RFC 1035 §4.1.4).
    static let asked: [UInt8] = [0xC0, 12]

    /// A name label by label.
    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// A query with recursion desired.
    static func query(_ text: String, type: UInt16 = 1) -> [UInt8] {
        header(flags: 0x0100, answers: 0) + name(text) + Frames.big(type) + [0, 1]
    }

    /// An answer; `flags` replaces all of them.
    static func response(
        _ text: String,
        type: UInt16 = 1,
        code: UInt8 = 0,
        answers: [Answer] = [],
        flags: UInt16? = nil
    ) -> [UInt8] {
        header(flags: flags ?? 0x8180 | UInt16(code), answers: answers.count) + name(text) + Frames.big(type)
            + [0, 1] + answers.flatMap(record)
    }

    private static func header(flags: UInt16, answers: Int) -> [UInt8] {
        [0xBE, 0xEF] + Frames.big(flags) + [0, 1] + Frames.big(UInt16(answers)) + [0, 0, 0, 0]
    }

    private static func record(_ answer: Answer) -> [UInt8] {
        switch answer {
        case .address(let bytes):
            asked + [0, bytes.count == 4 ? 1 : 28, 0, 1, 0, 0, 0, 60, 0, UInt8(bytes.count)] + bytes
        case .alias:
            asked + [0, 5, 0, 1, 0, 0, 0, 60, 0, 6, 3] + Array("cdn".utf8) + asked
        }
    }
}
