// Findings as rows for people and programs.

import Sessions
public import Store
import Traffic

/// A list of findings, ready to be written in any format.
public struct AnomalyListReport: Sendable {
    private let result: QueryResult
    private let showSecrets: Bool

    /// Takes findings in the order they are to be shown.
    public init(_ found: [FoundAnomaly], isCut: Bool, showSecrets: Bool = false) {
        self.showSecrets = showSecrets
        result = QueryResult(
            columns: [
                "found_at", "severity", "code", "device_id", "firmware", "sessions", "recording", "messages",
                "transfers", "text",
            ],
            rows: found.map(Self.row),
            isCut: isCut
        )
    }

    /// The findings as text that ends with a line break, or is empty where the format has nothing to say.
    public func text(as format: RowsFormat, width: Int? = nil) -> String {
        RowsReport(result, showSecrets: showSecrets).text(as: format, width: width)
    }

    private static func row(_ found: FoundAnomaly) -> [SQLValue] {
        let anomaly = found.anomaly
        return [
            .text(anomaly.at.text(decimals: 3)), .text(anomaly.severity.rawValue),
            .text(anomaly.code.rawValue),
            optional(found.deviceID), optional(found.firmware), ids(found.sessionIDs),
            found.recordingID.map { .integer($0) } ?? .null, ids(anomaly.messageIDs),
            ids(anomaly.transferIDs),
            .text(anomaly.text),
        ]
    }

    private static func optional(_ text: String?) -> SQLValue { text.map { .text($0) } ?? .null }

    /// A few ids, and how many more there are.
    private static func ids(_ ids: [Int64]) -> SQLValue {
        guard !ids.isEmpty else { return .null }
        let shown = ids.prefix(8).map(String.init).joined(separator: " ")
        return .text(ids.count > 8 ? "\(shown) +\(ids.count - 8)" : shown)
    }
}
