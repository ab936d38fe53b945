// On whose connection a message was seen.

public import Traffic

/// The client of the connection that a message was seen on, and which way the message went there.
public struct ClientLeg: Hashable, Sendable {
    /// What the client called itself; `nil` when the recording does not know.
    public var clientID: String?
    /// Which way the message went.
    public var direction: Message.Direction

    /// The leg of a message.
    public init(clientID: String?, direction: Message.Direction) {
        self.clientID = clientID
        self.direction = direction
    }

    /// The client id, if the leg is the one between broker and device.
    func deviceID(of direction: Dialect.Direction) -> String? {
        guard let clientID, !clientID.isEmpty else { return nil }
        return (direction == .up) == (self.direction == .toBroker) ? clientID : nil
    }
}
