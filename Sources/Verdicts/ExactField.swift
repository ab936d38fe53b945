// The fields of a message that must be equal in recording and replay. field-notes.md §4, R2.

import Dialects
import Traffic

/// A field compared as it stands, and how it is written in a difference.
struct ExactField: Sendable {
    /// Its name in a difference.
    let name: String
    /// Its value in a message; `nil` when the message does not state it.
    let text: @Sendable (UpgradeEvent) -> String?

    /// All fields that are compared as they stand.
    static let all: [ExactField] = [
        ExactField(name: "version") { $0.version },
        ExactField(name: "current-version") { $0.currentVersion },
        ExactField(name: "size") { $0.sizeBytes.map { "\($0)" } },
        ExactField(name: "digest-algorithm") { $0.digest?.algorithm },
        ExactField(name: "digest-length") { $0.digest.map { "\($0.verbatim.utf8.count)" } },
        ExactField(name: "ack-timeout") { $0.ackTimeout.map(\.inWords) },
        ExactField(name: "socket-timeout") { $0.socketTimeout.map(\.inWords) },
        ExactField(name: "total") { $0.totalBytes.map { "\($0)" } },
        ExactField(name: "ok") { $0.isOK.map { "\($0)" } },
        ExactField(name: "soft") { $0.isSoft ? "true" : nil },
        ExactField(name: "code") { $0.code },
        ExactField(name: "digest-verified") { $0.isDigestVerified.map { "\($0)" } },
        ExactField(name: "phase") { $0.phase },
    ]
}
