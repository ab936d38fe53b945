// Several dialects side by side.

import Dialects
import Testing
import Traffic

struct DialectSetTests {
    @Test func `comes with the seed dialects first`() throws {
        let set = try DialectSet.builtIn()
        #expect(set.all.map(\.name).prefix(3) == ["iot-cloud-ota", "iot-cloud-ota-2", "jetlinks"])
        #expect(set["jetlinks"]?.reportsVersion == true)
        #expect(set["nothing"] == nil)
    }

    @Test func `reads each message with the dialect whose topic it is`() throws {
        let set = try DialectSet.builtIn()
        #expect(
            set.read(Message("v1/1/firmware/download/cancel", #"{"command_id":"c"}"#))?.dialect
                == "iot-cloud-ota"
        )
        #expect(set.read(Message("/p/d/firmware/read", "{}"))?.dialect == "jetlinks")
        #expect(set.read(Message("home/kitchen/light", "{}")) == nil)
        #expect(set.read(Message("", "")) == nil)
    }

    @Test func `prefers a dialect that can read the payload`() throws {
        let strict = try Self.dialect("strict", field: "{reason: {path: a, required: true}}")
        let other = try Self.dialect("other", field: "{reason: b}")
        let set = DialectSet([strict, other])
        #expect(set.read(Message("x/1", #"{"b":"1"}"#))?.dialect == "other")
        #expect(set.read(Message("x/1", #"{"a":"1"}"#))?.dialect == "strict")
        #expect(set.read(Message("x/1", "[]"))?.dialect == "strict")
        #expect(set.subscriptions == ["x/+"])
    }

    @Test func `lets a later dialect replace one of the same name`() throws {
        let set = DialectSet([
            try Self.dialect("one", field: "{reason: a}"), try Self.dialect("two", field: "{reason: a}"),
            try Self.dialect("one", field: "{reason: b}"),
        ])
        #expect(set.all.map(\.name) == ["one", "two"])
        #expect(set.read(Message("x/1", #"{"b":"new"}"#))?.reason == "new")
    }

    // A broker delivers a message once for each filter of a client that fits. Only a device that is called `firmware`
    // gets there twice.
    @Test func `subscribes with filters that do not overlap, but for one unlikely name`() throws {
        let filters = try DialectSet.builtIn().subscriptions
        var overlapping: [String] = []
        for (index, filter) in filters.enumerated() {
            for other in filters[(index + 1)...] where TopicFilter(filter).overlaps(TopicFilter(other)) {
                overlapping.append("\(filter) \(other)")
            }
        }
        #expect(
            overlapping == [
                "/+/+/firmware/# /sys/+/+/thing/ota/firmware/get",
                "/+/+/firmware/# /sys/+/+/thing/ota/firmware/get_reply",
                "/+/+/firmware/# /sys/+/+/thing/file/download_reply",
            ]
        )
    }

    private static func dialect(_ name: String, field: String) throws -> Dialect {
        let yaml = """
            dialect: \(name)
            subscriptions: ["x/+"]
            messages: [{name: m, topic: "x/{device}", direction: up, event: log, fields: \(field)}]
            """
        return try .load(yaml: yaml, origin: "\(name).yaml")
    }
}
