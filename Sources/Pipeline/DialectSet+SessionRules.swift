// Session rules, from what the dialects declare.

import Dialects
import Sessions
import Traffic

extension DialectSet {
    /// How the sessions of each dialect are judged.
    var sessionRules: [String: SessionRules] {
        Dictionary(uniqueKeysWithValues: all.map { ($0.name, SessionRules($0)) })
    }
}

private extension SessionRules {
    init(_ dialect: Dialect) {
        var qos: [Dialect.Direction: QoS] = [:]
        for direction in Dialect.Direction.allCases { qos[direction] = dialect.declaredQoS(direction) }
        self.init(
            timers: dialect.timers,
            reportsVersion: dialect.reportsVersion,
            correlation: dialect.correlation,
            unseen: dialect.unseen,
            declaredQoS: qos
        )
    }
}
