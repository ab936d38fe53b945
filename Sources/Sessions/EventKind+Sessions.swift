// What the kinds of fact mean to a session.

import Dialects

extension UpgradeEvent.Kind {
    /// Whether devices say it (dialects.md §5.1).
    var isFromDevice: Bool {
        switch self {
        case .poll, .accept, .reject, .progress, .result, .cancelAck, .version, .log: true
        case .offer, .cancel, .versionQuery, .noUpdate, .presence, .chunk, .unknown: false
        }
    }

    /// Whether it tells of the upgrade itself, so that silence ends with it.
    var isActivity: Bool {
        switch self {
        case .offer, .poll, .accept, .reject, .progress, .result, .cancel, .cancelAck, .chunk: true
        case .version, .versionQuery, .noUpdate, .presence, .log, .unknown: false
        }
    }
}
