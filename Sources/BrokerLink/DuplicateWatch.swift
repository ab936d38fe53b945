// Finds the DUP flag, which libmosquitto hands to nobody but its log.

/// Remembers which messages in flight came with DUP set.
///
/// `struct mosquitto_message` has no DUP flag. libmosquitto 2.0 logs
/// `Client ID received PUBLISH (d1, q1, r0, m7, 'TOPIC', ... (3 bytes))` before it hands a message on, at QoS 2 when it
/// first comes. The client id is known, so that the flag stands at a known place, whatever the topic holds.
struct DuplicateWatch {
    private let prefix: [UInt8]
    private var packetIDs: Set<UInt16> = []

    /// Watches the log of one client.
    init(clientID: String) {
        prefix = Array("Client \(clientID) received PUBLISH (d1, q".utf8)
    }

    /// Reads a line of the log, a C string without its NUL; lines about anything else are passed over.
    mutating func read(_ line: some Collection<UInt8>) {
        guard line.starts(with: prefix) else { return }
        // What follows is `Q, rR, mID, '…`, Q and R one digit each.
        let digits = line.dropFirst(prefix.count + "1, r0, m".utf8.count).prefix { $0 >= 0x30 && $0 <= 0x39 }
        if let packetID = UInt16(String(decoding: digits, as: UTF8.self)) { packetIDs.insert(packetID) }
    }

    /// Whether the message came with DUP; forgets it.
    mutating func take(_ packetID: UInt16) -> Bool {
        !packetIDs.isEmpty && packetIDs.remove(packetID) != nil
    }
}
