// What tells one device's command from others, however often it ran.

public import Sessions

/// One command of one device.
public struct CommandKey: Hashable, Sendable {
    private let dialect: String
    private let deviceID: String
    private let command: String

    /// The command of a session.
    public init(_ key: Session.Key) {
        dialect = key.dialect
        deviceID = key.deviceID
        command = key.command
    }
}
