// A store's sessions as JSON that is the same whenever the same evidence is read.

import Foundation
public import Store
import Traffic

/// The sessions of a store as a file to compare with.
public enum GoldenSessions {
    /// Columns that hold numbers of the store.
    private static let ownNumbers: Set<String> = [
        "id", "parent_session_id", "failure_messages", "failure_transfers",
    ]

    /// All columns of all sessions but the store's own numbers, sorted by time, keys sorted, one field a line.
    public static func json(of store: UpgradeStore) throws -> String {
        let result = try store.query(sql: "SELECT * FROM session ORDER BY first_seen_at, id")
        let objects = result.rows.map { row in
            Dictionary(uniqueKeysWithValues: zip(result.columns, row).filter { !ownNumbers.contains($0.0) })
                .mapValues { GoldenValue(value: $0) }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(objects), as: UTF8.self) + "\n"
    }
}

/// One value of a row as JSON.
private struct GoldenValue: Encodable {
    let value: SQLValue

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .null: try container.encodeNil()
        case .integer(let number): try container.encode(number)
        case .real(let number): try container.encode(number)
        case .text(let text): try container.encode(text)
        case .blob(let bytes): try container.encode(bytes)
        }
    }
}
