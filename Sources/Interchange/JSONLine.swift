// One JSON object on one line, its fields in the order they are added. RFC 8259.

import Traffic

/// Builds one line of JSON without building a tree: listings are long, and their field order is for people too.
public struct JSONLine: Sendable {
    private var text = "{"

    /// An object without fields.
    public init() {}

    /// Adds a string; nothing when there is none.
    public mutating func add(_ name: String, _ value: String?) {
        guard let value else { return }
        begin(name)
        text += JSONText.quoted(value)
    }

    /// Adds a whole number; nothing when there is none.
    public mutating func add(_ name: String, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        begin(name)
        text += String(value)
    }

    /// Adds a truth value; nothing when there is none.
    public mutating func add(_ name: String, _ value: Bool?) {
        guard let value else { return }
        begin(name)
        text += value ? "true" : "false"
    }

    /// Adds an object; nothing when there is none.
    public mutating func add(_ name: String, _ object: JSONLine?) {
        guard let object else { return }
        begin(name)
        text += object.line
    }

    /// Adds an array of elements that are JSON already.
    public mutating func add(_ name: String, elements: [String]) {
        begin(name)
        text += "[" + elements.joined(separator: ",") + "]"
    }

    /// The object as text, without a line end.
    public var line: String { text + "}" }

    private mutating func begin(_ name: String) {
        if text.utf8.count > 1 { text += "," }
        text += "\"\(name)\":"
    }
}
