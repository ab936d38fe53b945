// What the schema's CHECKs demand of a recorder's rows and the types of their values do not guarantee.

import Sessions
import Traffic

extension BatchWriter {
    /// Throws unless the row of a connection is one that the schema allows.
    static func check(_ stored: StoredConnection) throws {
        guard (0...255).contains(stored.protocolVersion ?? 0),
            (0...65_535).contains(stored.keepAliveSeconds ?? 0)
        else {
            throw refused(
                "connection \(stored.vantage.connection) has a protocol version or keep-alive beyond bounds"
            )
        }
    }

    /// Throws unless the row of a session is one that the schema allows.
    static func check(_ session: Session) throws {
        guard session.key.attempt >= 1 else { throw refused("session \(session.key.command) is no attempt") }
        let isWithoutSuccess = [.failed, .cancelled, .superseded].contains(session.outcome)
        guard isWithoutSuccess == (session.failureClass != nil) else {
            throw refused(
                "session \(session.key.command) has a failure class without a failure, or none with one"
            )
        }
    }

    /// Throws where evidence is its own copy.
    static func check(_ kind: String, _ id: Int64, copyOf original: Int64?) throws {
        if id == original { throw refused("\(kind) \(id) is a copy of itself") }
    }

    private static func refused(_ finding: String) -> StoreError {
        StoreError(.constraint, "The store takes no such row: \(finding)")
    }
}
