// Steps through the properties of a packet that was read. MQTT 5 §2.2.2.

/// Reads properties one by one where they lie; nothing is copied.
///
/// Meant for the ranges of a `ControlPacket`, whose properties were checked when the packet was read. Of any other
/// bytes it reads what comes before the first that is no property.
public struct MQTTPropertyReader: ~Escapable {
    private let frame: RawSpan
    private var cursor: ByteCursor

    /// Begins before the first property of a range of the frame.
    @_lifetime(copy frame)
    public init(_ frame: RawSpan, in range: Range<Int>) {
        self.frame = frame
        cursor = ByteCursor(frame, in: range)
    }

    /// The next property; `nil` behind the last one.
    public mutating func next() -> MQTTProperty? {
        guard cursor.remaining > 0 else { return nil }
        return try? MQTTProperty.read(&cursor, of: frame)
    }
}
