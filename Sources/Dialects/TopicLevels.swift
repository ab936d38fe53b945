// A topic split into its levels without copying. MQTT 3.1.1 §4.7.

/// Where the levels of one topic stand in its bytes.
struct TopicLevels {
    /// Most levels that a template may have; a topic with more fits none.
    static let limit = 16

    /// How many levels the topic has; an empty one counts (`/a` has two).
    private(set) var count = 0
    private var ends = InlineArray<16, Int>(repeating: 0)

    /// Splits at every slash; `nil` when there are more levels than any template has.
    init?(_ topic: RawSpan) {
        for index in 0..<topic.byteCount where topic.byte(at: index) == UInt8(ascii: "/") {
            guard count < Self.limit - 1 else { return nil }
            ends[count] = index
            count += 1
        }
        ends[count] = topic.byteCount
        count += 1
    }

    /// The bytes of one level.
    subscript(index: Int) -> Range<Int> {
        (index == 0 ? 0 : ends[index - 1] + 1)..<ends[index]
    }
}
