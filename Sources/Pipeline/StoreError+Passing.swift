// Which failures of the store are waited out.

import Store

extension StoreError {
    /// Whether the same may succeed later: another program holds the store, or the disk is full.
    var mayPass: Bool { code == .busy || code == .full }
}
