// What the queries about the fleet find, in words.

import Sessions
import Traffic

/// One kind of finding about the fleet: the query that finds it, and its words.
struct FleetFinding: Sendable {
    let code: Anomaly.Code
    let severity: Anomaly.Severity
    let query: String
    private let words: @Sendable (FleetRow) -> String

    func finding(_ row: FleetRow) -> FoundAnomaly {
        let anomaly = Anomaly(
            code: code,
            severity: severity,
            at: Timestamp(nanoseconds: row.number("found_at")),
            text: words(row)
        )
        return FoundAnomaly(
            anomaly,
            sessionIDs: row.sessionIDs,
            dialect: row.text("dialect"),
            deviceID: row.text("device_id") ?? row.text("gateway_id"),
            firmware: row.text("version") ?? row.text("image")
        )
    }

    static let all: [FleetFinding] = [
        FleetFinding(code: .fleetCorrelation, severity: .error, query: "fleet-failures") { row in
            let version = row.text("version").map { " on the way to \($0)" } ?? ""
            let example = row.text("example").map { ": \($0)" } ?? ""
            return
                "\(row.number("devices")) devices failed with \(row.text("failure_class") ?? "")\(version), "
                + "\(row.number("sessions")) sessions since \(row.text("began") ?? "")\(example)"
        },
        FleetFinding(code: .childDivergence, severity: .warning, query: "child-divergence") { row in
            let gap = row.text("least_percent").flatMap { least in
                row.text("most_percent").map { least == $0 ? nil : ", progress from \(least) % to \($0) %" }
            }
            return "\(row.number("children")) children of gateway \(row.text("gateway_id") ?? "") got "
                + "\(row.text("image") ?? "") together: \(row.number("ok")) ok, \(row.number("failed")) failed"
                + ((gap ?? nil) ?? "")
        },
        FleetFinding(code: .flappingReoffer, severity: .warning, query: "flapping-offers") { row in
            "\(row.text("version") ?? "") was offered \(row.number("offers")) times, three or more of them within an hour"
        },
        FleetFinding(code: .replyIDUnknown, severity: .warning, query: "misdirected-replies") { row in
            "answered with id \(row.text("command_id") ?? ""), which was issued to \(row.text("issued_to") ?? "")"
        },
    ]
}
