// Reads the samples of a definition and writes their events again.

internal import Traffic

/// Whether a definition reads its own samples as it says.
public enum SampleCheck {
    /// The samples that are not read as they say, or whose events are not written so that they read back.
    ///
    /// Pure: the same dialect always has the same failures.
    public static func failures(of dialect: Dialect) -> [SampleFailure] {
        dialect.samples.flatMap { sample in
            let events = events(of: sample, in: dialect)
            let misread = misreading(of: sample, as: events)
            if let misread { return [misread] }
            return sample.isOneWay ? [] : events.compactMap { roundTrip(of: $0, in: sample, dialect) }
        }
    }

    private static func events(of sample: Sample, in dialect: Dialect) -> [UpgradeEvent] {
        read(Array(sample.topic.utf8), sample.payload, of: sample, in: dialect)
    }

    /// Reads a message as it would be on the device's own connection.
    private static func read(
        _ topic: [UInt8],
        _ payload: [UInt8],
        of sample: Sample,
        in dialect: Dialect
    ) -> [UpgradeEvent] {
        let message = Message(
            recordedAt: Timestamp(seconds: 1_767_323_045),
            vantage: Vantage(recordingID: 0, connection: 0),
            direction: dialect.direction(of: sample.rule) == .down ? .fromBroker : .toBroker,
            clientID: sample.clientID,
            topic: topic,
            payload: payload
        )
        return DialectSet([dialect]).events(of: message)
    }

    // MARK: - Reading

    private static func misreading(of sample: Sample, as events: [UpgradeEvent]) -> SampleFailure? {
        let wanted = sample.gives.filter { $0.event != nil }
        if wanted.count != events.count {
            return SampleFailure(
                sample,
                expected: wanted.isEmpty ? "nothing" : "\(wanted.count) events",
                actual: events.isEmpty
                    ? "nothing" : "\(events.count): \(events.map(described).joined(separator: "; "))"
            )
        }
        for (expectation, event) in zip(wanted, events) {
            if event.kind.rawValue != expectation.event || event.rule != sample.rule {
                return SampleFailure(
                    sample,
                    expected: "\(expectation.event ?? "none") of \(sample.rule)",
                    actual: described(event)
                )
            }
            for field in expectation.fields where !states(event, field) {
                return SampleFailure(
                    sample,
                    expected: "\(field.name): \(field.value)",
                    actual: "\(field.name): \(text(of: field.name, in: event) ?? "nothing")"
                )
            }
        }
        return nil
    }

    private static func described(_ event: UpgradeEvent) -> String {
        "\(event.kind.rawValue) of \(event.rule)" + (event.reason.map { " (\($0))" } ?? "")
    }

    // MARK: - Writing

    private static func roundTrip(
        of event: UpgradeEvent,
        in sample: Sample,
        _ dialect: Dialect
    ) -> SampleFailure? {
        do throws(DialectError) {
            let written = try dialect.compose(event)
            let read = read(Array(written.topic.utf8), written.payload, of: sample, in: dialect)
            if read.count == 1, read.first?.withoutOddities == event.withoutOddities { return nil }
            return SampleFailure(
                sample,
                expected: "what is written for it to read back as the same event",
                actual: "\(written.topic) \(String(decoding: written.payload, as: UTF8.self)) reads as "
                    + (read.first.map { difference($0, event) } ?? "nothing")
            )
        } catch {
            return SampleFailure(sample, expected: "a message that states it", actual: error.description)
        }
    }

    private static func difference(_ read: UpgradeEvent, _ event: UpgradeEvent) -> String {
        if read.kind != event.kind { return described(read) }
        let fields = EventField.allCases.filter { read.value(of: $0) != event.value(of: $0) }
        let words = fields.map { field in
            "\(field.rawValue): \(text(of: field.rawValue, in: read) ?? "nothing")"
                + " instead of \(text(of: field.rawValue, in: event) ?? "nothing")"
        }
        return words.isEmpty ? "another event" : words.joined(separator: ", ")
    }
}

private extension UpgradeEvent {
    /// The event as it is written: what was odd about the message is not said again.
    var withoutOddities: UpgradeEvent {
        var event = self
        event.oddities = []
        event.oddity = nil
        return event
    }
}
