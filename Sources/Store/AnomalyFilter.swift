// Which findings a listing shows.

public import Sessions

/// Conditions on findings; those left `nil` let every finding pass.
public struct AnomalyFilter: Hashable, Sendable {
    /// What findings are counted by.
    public enum Grouping: String, Hashable, Sendable, CaseIterable {
        case code, device, firmware, severity
    }

    /// What was found.
    public var code: Anomaly.Code?
    /// At least so severe.
    public var severity: Anomaly.Severity
    /// Of this session.
    public var sessionID: Int64?
    /// Of this device.
    public var deviceID: String?
    /// Devices that fail alike before it is a finding about the fleet.
    public var fleetDevices: Int
    /// Stretch of recorded time, in minutes, within which they do.
    public var fleetMinutes: Int
    /// At most so many, the newest of those that pass.
    public var limit: Int

    /// The newest findings that fulfil every condition given.
    public init(
        code: Anomaly.Code? = nil,
        severity: Anomaly.Severity = .notice,
        sessionID: Int64? = nil,
        deviceID: String? = nil,
        fleetDevices: Int = 3,
        fleetMinutes: Int = 60,
        limit: Int = 200
    ) {
        self.code = code
        self.severity = severity
        self.sessionID = sessionID
        self.deviceID = deviceID
        self.fleetDevices = fleetDevices
        self.fleetMinutes = fleetMinutes
        self.limit = limit
    }

    /// The severities that pass.
    var severities: [String] {
        Anomaly.Severity.allCases.filter { $0 >= severity }.map(\.rawValue)
    }
}
