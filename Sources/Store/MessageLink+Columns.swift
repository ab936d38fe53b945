// A session's link to a message, as columns.

import Sessions

extension MessageLink {
    /// The message it is a copy of.
    var copyOf: Int64? {
        if case .copy(let original) = role { original } else { nil }
    }

    /// Whether it is a redelivery that counts for nothing.
    var isTransportDuplicate: Bool {
        if case .transportDuplicate = role { true } else { false }
    }
}
