// A property of an MQTT 5 packet as the listing shows it. MQTT 5 §2.2.2.2.

import Traffic

/// One property with its name in the listing.
public struct PropertyRow: Hashable, Sendable {
    /// A property's value.
    public enum Value: Hashable, Sendable {
        /// A number or flag.
        case number(UInt32)
        /// Text, ill-formed UTF-8 repaired.
        case text(String)
        /// Bytes that mean something to their sender only.
        case binary([UInt8])
        /// A user property: its name is free.
        case pair(name: String, value: String)
        /// Bytes that are never shown, only how many: authentication data.
        case withheld(byteCount: Int)
    }

    /// Its name, such as `content_type`.
    public var name: String
    /// Its value.
    public var value: Value

    /// Names a value.
    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }

    /// The value as text.
    private func text(masked: Bool) -> String {
        switch value {
        case .number(let number): String(number)
        case .text(let text): masked ? Secrets.masked(text) : text
        case .binary(let bytes): HexText.lowerCase(bytes)
        case .pair(let name, let value): "\(name)=\(Self.shown(value, of: name, masked: masked))"
        case .withheld(let byteCount): "(\(byteCount) B)"
        }
    }

    /// A user property's value: all of it is a credential when its name says so.
    private static func shown(_ value: String, of name: String, masked: Bool) -> String {
        guard masked else { return value }
        return Secrets.isCredential(name) ? "***" : Secrets.masked(value)
    }

    /// Properties as one line: `content_type text/plain, user_property a=b`.
    static func text(of rows: [PropertyRow], masked: Bool) -> String {
        rows.map { "\($0.name) \($0.text(masked: masked))" }.joined(separator: ", ")
    }

    /// Adds properties as a JSON object; what may come more than once is an array under its plural.
    static func writeJSON(of rows: [PropertyRow], to text: inout OutputText, masked: Bool) {
        guard !rows.isEmpty else { return }
        text.beginField("properties")
        text.beginObject()
        var pairs: [String] = []
        var identifiers: [String] = []
        for row in rows {
            switch row.value {
            case .number(let number) where row.name == subscriptionIdentifier:
                identifiers.append(String(number))
            case .number(let number):
                text.beginField(named: row.name)
                text.append(number)
            case .text, .binary:
                text.beginField(named: row.name)
                text.append(quoted: row.text(masked: masked))
            case .pair(let name, let value):
                let shown = shown(value, of: name, masked: masked)
                pairs.append("[\(JSONText.quoted(name)),\(JSONText.quoted(shown))]")
            case .withheld(let byteCount):
                text.beginField(named: row.name + "_bytes")
                text.append(byteCount)
            }
        }
        write(identifiers, under: subscriptionIdentifier + "s", to: &text)
        write(pairs, under: "user_properties", to: &text)
        text.endObject()
    }

    /// Adds an array of elements that are JSON already; nothing when there are none.
    private static func write(_ elements: [String], under name: String, to text: inout OutputText) {
        guard !elements.isEmpty else { return }
        text.beginField(named: name)
        text.append(verbatim: "[" + elements.joined(separator: ",") + "]")
    }

    /// The name of the only number that may come more than once.
    private static let subscriptionIdentifier = "subscription_identifier"
}
