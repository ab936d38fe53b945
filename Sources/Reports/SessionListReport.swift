// The listing of sessions: figures for people in tables, plain numbers everywhere else.

import Sessions
public import Store
import Traffic

/// Sessions, one a row.
public struct SessionListReport: Sendable {
    private let sessions: [StoredSession]
    private let showSecrets: Bool

    /// Takes sessions in the order they are to be shown.
    public init(_ sessions: [StoredSession], showSecrets: Bool = false) {
        self.sessions = sessions
        self.showSecrets = showSecrets
    }

    /// The listing as text that ends with a line break.
    ///
    /// A table takes no more than `width` cells a line, where that is given: then it names the columns it leaves out.
    public func text(as format: RowsFormat, width: Int? = nil) -> String {
        guard format == .table else {
            let result = QueryResult(columns: Self.columns, rows: sessions.map(Self.values))
            return RowsReport(result, showSecrets: showSecrets).text(as: format)
        }
        return AlignedTable(columns: Self.tableColumns, rows: sessions.map(cells)).text(within: width)
    }

    /// The names of the store's columns, so that scripts find the same ones in a listing and in SQL.
    private static let columns = [
        "id", "device_id", "dialect", "product_id", "command_id", "attempt", "to_version", "outcome",
        "failure_class", "measured_bytes", "measured_duration_ms", "measured_bytes_per_second",
        "claimed_percent", "first_seen_at",
    ]

    private static func values(of stored: StoredSession) -> [SQLValue] {
        let session = stored.session
        return [
            .integer(stored.id), .text(session.key.deviceID), .text(session.key.dialect),
            .text(session.key.productID), session.commandID.map(SQLValue.text) ?? .null,
            .integer(Int64(session.key.attempt)), session.toVersion.map(SQLValue.text) ?? .null,
            .text(session.outcome.rawValue),
            stored.failureClassText.map(SQLValue.text) ?? .null,
            session.measuredBytes.map(SQLValue.integer) ?? .null,
            session.measuredDuration.map { .real($0.milliseconds) } ?? .null,
            session.measuredRate.map(SQLValue.real) ?? .null,
            session.claimedPercent.map(SQLValue.real) ?? .null,
            .text(session.firstSeenAt.text(decimals: 3)),
        ]
    }

    private static let tableColumns: [AlignedTable.Heading] = [
        .init(title: "id", isRightAligned: true), .init(title: "device"),
        .init(title: "dialect", leavesAt: 3),
        .init(title: "version", leavesAt: 5), .init(title: "outcome"), .init(title: "failure"),
        .init(title: "bytes", isRightAligned: true, leavesAt: 4),
        .init(title: "took", isRightAligned: true, leavesAt: 6),
        .init(title: "rate", isRightAligned: true, leavesAt: 2),
        .init(title: "claimed", isRightAligned: true, leavesAt: 1),
        .init(title: "started"),
    ]

    private func cells(of stored: StoredSession) -> [String] {
        let session = stored.session
        let cells = [
            String(stored.id), session.key.deviceID, session.key.dialect, session.toVersion ?? "",
            session.outcome.rawValue, stored.failureClassText ?? "",
            session.measuredBytes.map(Figures.bytes) ?? "",
            session.measuredDuration.map(Figures.duration) ?? "",
            session.measuredRate.map(Figures.rate) ?? "",
            session.claimedPercent.map { Figures.decimal($0, places: 1) + " %" } ?? "",
            session.firstSeenAt.text(decimals: 0),
        ]
        return cells.map { CapturedText.shown($0, showSecrets: showSecrets) }
    }
}

extension Session {
    /// Measured bytes over measured seconds; `nil` unless both were measured in a single transfer that came whole.
    ///
    /// The bytes are those of all transfers and the duration that of the last, so that several transfers have no
    /// rate in common.
    var measuredRate: Double? {
        guard transferCount == 1, let bytes = measuredBytes, let seconds = measuredDuration?.seconds,
            seconds > 0,
            measuredSHA256 != nil
        else {
            return nil
        }
        return Double(bytes) / seconds
    }
}
