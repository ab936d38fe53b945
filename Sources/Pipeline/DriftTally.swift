// Counts how messages leave their definitions, in bounded memory.

import Dialects
import Traffic

/// Takes examined messages in recorded order and tells what differs.
struct DriftTally {
    /// What a count is of.
    private enum Subject: Hashable {
        /// Messages that cannot be read, by the kind of reason.
        case reason(String)
        /// A key that no field knows.
        case unknownKey(String)
        /// A key that a field knows, in messages of one event.
        case knownKey(String, UpgradeEvent.Kind)
    }

    private struct Place: Hashable {
        var dialect: String
        var topic: String
        var subject: Subject
    }

    /// The messages of one template and event: a key belongs to an event, so that only the same can miss it.
    private struct Stream: Hashable {
        var dialect: String
        var topic: String
        var event: UpgradeEvent.Kind
    }

    private struct Count {
        var count = 0
        var example = ""
        var secrets: [String]
        var first: Timestamp
        var last: Timestamp
        /// Numbers of the first and the last message of its stream that showed it.
        var firstNumber: Int
        var lastNumber: Int
    }

    /// Messages that had a key, and messages without it after them, from which on it counts as vanished.
    static let vanishingCount = 3

    /// Most counts that are kept.
    let limit: Int
    private var counts: [Place: Count] = [:]
    private var streams: [Stream: Int] = [:]
    /// How often something was seen that is not counted, to stay within the limit.
    private(set) var uncounted = 0

    /// A tally without messages.
    init(limit: Int = 10_000) {
        self.limit = limit
    }

    /// Takes one message.
    mutating func take(_ message: ExaminedMessage, at time: Timestamp) {
        let stream = Stream(dialect: message.dialect, topic: message.template, event: message.event.kind)
        guard streams[stream] != nil || streams.count < limit else {
            uncounted += 1
            return
        }
        streams[stream, default: 0] += 1
        if message.event.kind == .unknown {
            let reason = Self.reasonClass(message.event.reason ?? "")
            note(.reason(reason), message.payloadText, of: message, stream, at: time)
        }
        for key in message.keys {
            let subject: Subject =
                key.isKnown ? .knownKey(key.path, message.event.kind) : .unknownKey(key.path)
            note(subject, key.value, of: message, stream, at: time)
        }
    }

    private mutating func note(
        _ subject: Subject,
        _ example: String,
        of message: ExaminedMessage,
        _ stream: Stream,
        at time: Timestamp
    ) {
        let place = Place(dialect: message.dialect, topic: message.template, subject: subject)
        guard counts[place] != nil || counts.count < limit else {
            uncounted += 1
            return
        }
        let number = streams[stream] ?? 0
        var count =
            counts[place]
            ?? Count(
                example: example,
                secrets: message.secrets,
                first: time,
                last: time,
                firstNumber: number,
                lastNumber: number
            )
        // Of a key that vanishes the last value is told.
        if case .knownKey = subject { count.example = example }
        count.count += 1
        count.last = time
        count.lastNumber = number
        counts[place] = count
    }

    /// What differs, by dialect, topic and time.
    var findings: [DriftFinding] {
        counts.compactMap { place, count in finding(place, count) }.sorted {
            ($0.dialect, $0.topic, $0.firstSeen, $0.field) < ($1.dialect, $1.topic, $1.firstSeen, $1.field)
        }
    }

    private func finding(_ place: Place, _ count: Count) -> DriftFinding? {
        let (kind, field): (DriftFinding.Kind, String)
        switch place.subject {
        case .reason(let reason): (kind, field) = (.unreadable, reason)
        case .unknownKey(let path): (kind, field) = (.unknownField, path)
        case .knownKey(let path, let event):
            let stream = Stream(dialect: place.dialect, topic: place.topic, event: event)
            guard hasVanished(count, from: stream) else { return nil }
            (kind, field) = (.vanishedField, path)
        }
        return DriftFinding(
            kind: kind,
            dialect: place.dialect,
            topic: place.topic,
            field: field,
            count: count.count,
            example: count.example,
            secrets: count.secrets,
            firstSeen: count.first,
            lastSeen: count.last
        )
    }

    /// Whether every message of the stream had the key up to some time, and none had it afterwards.
    private func hasVanished(_ count: Count, from stream: Stream) -> Bool {
        count.firstNumber == 1 && count.count == count.lastNumber && count.count >= Self.vanishingCount
            && (streams[stream] ?? 0) - count.lastNumber >= Self.vanishingCount
    }

    /// The reason without what is this message's own: values, and places within it.
    static func reasonClass(_ reason: String) -> String {
        var text = Substring(reason)
        for mark in [" at byte ", ": unexpected "] {
            if let range = text.firstRange(of: mark), mark == " at byte " || reason.hasPrefix("field ") {
                text = text[..<range.lowerBound] + (mark == " at byte " ? "" : ": unexpected value")
            }
        }
        guard let got = text.firstRange(of: ", got ") else { return String(text) }
        // Kinds of value are words; anything else is a value.
        return text[got.upperBound...].allSatisfy(\.isLetter)
            ? String(text) : text[..<got.lowerBound] + ", got another"
    }
}
