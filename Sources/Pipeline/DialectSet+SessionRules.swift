// Session rules, from what the dialects declare.

import Dialects
import Sessions

extension DialectSet {
    /// How the sessions of each dialect are judged.
    var sessionRules: [String: SessionRules] {
        Dictionary(
            uniqueKeysWithValues: all.map {
                ($0.name, SessionRules(timers: $0.timers, reportsVersion: $0.reportsVersion))
            }
        )
    }
}
