// A finding as a listing shows it: about a session, a recording, loose evidence or the fleet.

public import Sessions

/// A finding together with what it is about.
public struct FoundAnomaly: Hashable, Sendable {
    /// The finding.
    public var anomaly: Anomaly
    /// The sessions it is about: one, or those that findings about the fleet rest on.
    public var sessionIDs: [Int64]
    /// The recording it is about.
    public var recordingID: Int64?
    /// Dialect of its sessions.
    public var dialect: String?
    /// The device, where it is one.
    public var deviceID: String?
    /// Version or firmware that was offered.
    public var firmware: String?

    /// A finding and what it is about.
    public init(
        _ anomaly: Anomaly,
        sessionIDs: [Int64] = [],
        recordingID: Int64? = nil,
        dialect: String? = nil,
        deviceID: String? = nil,
        firmware: String? = nil
    ) {
        self.anomaly = anomaly
        self.sessionIDs = sessionIDs
        self.recordingID = recordingID
        self.dialect = dialect
        self.deviceID = deviceID
        self.firmware = firmware
    }

    /// What it is counted under; empty where it belongs to none.
    func group(by grouping: AnomalyFilter.Grouping) -> String {
        switch grouping {
        case .code: anomaly.code.rawValue
        case .device: deviceID ?? ""
        case .firmware: firmware ?? ""
        case .severity: anomaly.severity.rawValue
        }
    }
}
