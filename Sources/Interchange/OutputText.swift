// Text being put together for output, as UTF-8.

import Traffic

/// Collects lines of a listing: listings are long, and a `String` for each of their parts would cost more than they do.
public struct OutputText: Sendable {
    /// The text so far.
    public private(set) var bytes: [UInt8] = []

    /// No text.
    public init() {}

    /// Whether there is no text.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The text so far as a string.
    public var string: String { String(decoding: bytes, as: UTF8.self) }

    /// Removes everything; the memory serves what comes next.
    public mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Ends the line.
    public mutating func endLine() { append(byte: 0x0A) }

    // MARK: - Text

    mutating func append(byte: UInt8) { bytes.append(byte) }

    /// Adds text of the program's own.
    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Adds text as it is.
    mutating func append(verbatim text: String) { bytes.append(contentsOf: text.utf8) }

    /// Adds text with escapes for what a terminal would act upon.
    mutating func append(escaped text: String) {
        let isPlain = !TextHindrance(in: text.utf8).contains(.unsafe)
        append(verbatim: isPlain ? text : TerminalText.escaped(text))
    }

    /// Adds text as a JSON string.
    mutating func append(quoted text: String) {
        guard TextHindrance(in: text.utf8).isDisjoint(with: [.unsafe, .quotation]) else {
            return append(verbatim: JSONText.quoted(text))
        }
        append(byte: 0x22)
        append(verbatim: text)
        append(byte: 0x22)
    }

    /// Adds a captured topic with escapes for what a terminal would act upon; ill-formed UTF-8 is repaired.
    mutating func append(escaped topic: [UInt8], masked: Bool) {
        guard TextHindrance(in: topic).isDisjoint(with: masked ? [.unsafe, .credential] : .unsafe) else {
            return append(escaped: Self.shown(topic, masked: masked))
        }
        bytes += topic
    }

    /// Adds a captured topic as a JSON string; ill-formed UTF-8 is repaired.
    mutating func append(quoted topic: [UInt8], masked: Bool) {
        let hindrances: TextHindrance = masked ? [.unsafe, .quotation, .credential] : [.unsafe, .quotation]
        guard TextHindrance(in: topic).isDisjoint(with: hindrances) else {
            return append(quoted: Self.shown(topic, masked: masked))
        }
        append(byte: 0x22)
        bytes += topic
        append(byte: 0x22)
    }

    private static func shown(_ topic: [UInt8], masked: Bool) -> String {
        let text = String(decoding: topic, as: UTF8.self)
        return masked ? Secrets.masked(text) : text
    }
}
