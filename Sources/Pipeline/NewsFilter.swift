// What is said once, however often it is found.

import Synchronization

/// Tells what is new from what was said last: a broker may be tried for days, and for the same reason fail.
public final class NewsFilter: Sendable {
    private let last = Mutex<String?>(nil)

    /// Nothing was said yet.
    public init() {}

    /// Whether `text` is not what it was called with last.
    public func isNew(_ text: String) -> Bool {
        last.withLock { last in
            defer { last = text }
            return last != text
        }
    }
}
