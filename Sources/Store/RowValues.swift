// Between Swift's values and SQLite's: bytes, number lists, durations, enums.

import Dialects
import Foundation
import GRDB
import Traffic

extension [UInt8] {
    /// The bytes as a BLOB.
    var blob: Data { Data(self) }
}

extension [Int64] {
    /// A JSON array of numbers.
    var jsonText: String { "[" + map(String.init).joined(separator: ",") + "]" }

    /// Reads a JSON array of numbers; anything else in it is left out.
    init(jsonText: String) {
        self = jsonText.split { $0 == "[" || $0 == "]" || $0 == "," || $0 == " " }.compactMap { Int64($0) }
    }
}

extension Duration {
    /// Milliseconds as the store holds them, clamped to what nanoseconds in 64 bits can hold.
    init(storedMilliseconds milliseconds: Double) {
        let nanoseconds = (milliseconds * 1e6).rounded()
        self = .nanoseconds(Int64(exactly: nanoseconds) ?? (nanoseconds > 0 ? .max : 0))
    }
}

extension Row {
    /// The instant in a column, which may be NULL.
    func timestamp(_ column: String) -> Timestamp? {
        (self[column] as Int64?).map(Timestamp.init(nanoseconds:))
    }

    /// The duration in a `…_ms` column, which may be NULL.
    func duration(_ column: String) -> Duration? {
        (self[column] as Double?).map(Duration.init(storedMilliseconds:))
    }

    /// The bytes in a column.
    func bytes(_ column: String) -> [UInt8] { [UInt8](self[column] as Data) }

    /// The case that a column names.
    func named<Value: RawRepresentable>(_ column: String) throws -> Value where Value.RawValue == String {
        try Self.named(self[column], in: column)
    }

    /// The case that the text of a column names.
    static func named<Value: RawRepresentable>(_ text: String, in column: String) throws -> Value
    where Value.RawValue == String {
        guard let value = Value(rawValue: text) else {
            throw StoreError(.tooNew, "The store holds \(column) “\(text)”, which this otatape does not know")
        }
        return value
    }

    /// The case that a column names, which may be NULL.
    func namedIfSet<Value: RawRepresentable>(_ column: String) throws -> Value?
    where Value.RawValue == String {
        guard (self[column] as String?) != nil else { return nil }
        return try named(column) as Value
    }
}
