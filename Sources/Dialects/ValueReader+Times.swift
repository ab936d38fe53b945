// Reads claimed times. dialects.md §6, requirement 7.

internal import Traffic

extension ValueReader {
    /// The claimed time; `nil` also when it is unreadable: a wrong clock must not hide the message.
    func time(_ token: JSONToken, _ step: ReadingPlan.Step) -> Timestamp? {
        if let factor = step.unit?.nanoseconds {
            let count =
                integer(token).map { product($0, factor) } ?? double(token).flatMap { nearest($0, factor) }
            return count.map(Timestamp.init(nanoseconds:))
        }
        if step.unit == .epoch { return epoch(token) }
        switch token.kind {
        case .plainString: return spelledTime(bytes.extracting(token.content), step)
        case .escapedString: return spelledTime(JSONText.unescaped(token, in: bytes).rawSpan, step)
        case .bareText: return spelledTime(bytes.extracting(token.range), step)
        // A bare number is no date and time, whatever the dialect coerces.
        default: return nil
        }
    }

    private func spelledTime(_ text: RawSpan, _ step: ReadingPlan.Step) -> Timestamp? {
        switch step.unit {
        case .compactISO: ISOTime.compactTimestamp(text)
        case .isoUTC: ISOTime.timestamp(text, zoneless: true)
        default: ISOTime.timestamp(text)
        }
    }

    /// Seconds, milliseconds, microseconds or nanoseconds since 1970: what gives a year of this age.
    private func epoch(_ token: JSONToken) -> Timestamp? {
        guard let value = double(token) else { return nil }
        let factor: Int64 =
            switch value.magnitude {
            case ..<1e11: 1_000_000_000
            case ..<1e14: 1_000_000
            case ..<1e17: 1_000
            default: 1
            }
        let count = integer(token).map { product($0, factor) } ?? nearest(value, factor)
        return count.map(Timestamp.init(nanoseconds:))
    }
}

extension Timestamp {
    /// Whether a device may mean it: from 2000 to 2100. What lies beyond is a wrong unit or an unset clock.
    @inline(__always)
    var isPlausible: Bool {
        nanoseconds >= 946_684_800_000_000_000 && nanoseconds < 4_102_444_800_000_000_000
    }
}
