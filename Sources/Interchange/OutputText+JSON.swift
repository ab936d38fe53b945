// One JSON object a line, its fields in the order they are added. RFC 8259.

import Traffic

extension OutputText {
    /// Begins an object, as a value or as a line.
    mutating func beginObject() { append(byte: UInt8(ascii: "{")) }

    /// Ends the object that was begun last.
    mutating func endObject() { append(byte: UInt8(ascii: "}")) }

    /// Begins a field: its name, and a comma unless it is the object's first.
    mutating func beginField(_ name: StaticString) {
        beginName()
        append(name)
        append("\":")
    }

    /// Begins a field whose name is not known beforehand.
    mutating func beginField(named name: String) {
        beginName()
        append(verbatim: name)
        append("\":")
    }

    /// Adds a string; nothing when there is none.
    mutating func add(_ name: StaticString, _ value: String?) {
        guard let value else { return }
        beginField(name)
        append(quoted: value)
    }

    /// Adds a whole number; nothing when there is none.
    mutating func add(_ name: StaticString, _ value: (some BinaryInteger)?) {
        guard let value else { return }
        beginField(name)
        append(value)
    }

    /// Adds a truth value; nothing when there is none.
    mutating func add(_ name: StaticString, _ value: Bool?) {
        guard let value else { return }
        beginField(name)
        append(value ? "true" : "false")
    }

    /// Adds an address and a port.
    mutating func add(_ name: StaticString, _ value: Endpoint) {
        beginField(name)
        append(byte: 0x22)
        append(value)
        append(byte: 0x22)
    }

    private mutating func beginName() {
        // No value ends with this byte: a string ends with its quotation mark.
        if bytes.last != UInt8(ascii: "{") { append(byte: UInt8(ascii: ",")) }
        append(byte: 0x22)
    }
}
