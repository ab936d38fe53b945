// What the tests of this target share: messages by topic and text, and the built-in dialects.

import CustomDump
import Dialects
import Testing
import Traffic

extension Message {
    /// A message recorded at 2026-01-02T03:04:05Z on our own subscription.
    init(_ topic: String, _ payload: String) {
        self.init(Array(topic.utf8), Array(payload.utf8))
    }

    init(_ topic: [UInt8], _ payload: [UInt8]) {
        self.init(
            recordedAt: Timestamp(seconds: 1_767_323_045),
            vantage: Vantage(recordingID: 1, connection: 0),
            direction: .fromBroker,
            topic: topic,
            payload: payload
        )
    }
}

extension Dialect {
    /// Seed dialect A.
    static func iotCloudOTA() throws -> Dialect { try builtIn("iot-cloud-ota") }

    /// Seed dialect B.
    static func jetlinks() throws -> Dialect { try builtIn("jetlinks") }

    private static func builtIn(_ name: String) throws -> Dialect {
        guard let dialect = try DialectSet.builtIn()[name] else { throw MissingDialect(name: name) }
        return dialect
    }

    /// The event of a message by topic and text.
    func read(_ topic: String, _ payload: String) -> UpgradeEvent? {
        read(Message(topic, payload))
    }

    /// The reason why a message is unknown; `nil` when it is not.
    func reason(_ topic: String, _ payload: String) -> String? {
        read(topic, payload).flatMap { $0.kind == .unknown ? $0.reason : nil }
    }
}

struct MissingDialect: Error {
    var name: String
}

extension Composition {
    /// The payload as text.
    var text: String { String(decoding: payload, as: UTF8.self) }
}

/// Expects two values to be equal and shows where they are not.
///
/// CustomDump's own `expectNoDifference` reports to nobody under Swift Testing without a further support library.
func expectSame<Value: Equatable>(
    _ value: Value,
    _ expected: Value,
    at location: SourceLocation = #_sourceLocation
) {
    #expect(value == expected, "\(diff(value, expected) ?? "")", sourceLocation: location)
}
