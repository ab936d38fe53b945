// What tells a session from others, from its row.

import GRDB
import Sessions

extension Session.Key {
    /// Reads the five columns of `session` that are its key.
    init(row: Row) {
        self.init(
            dialect: row["dialect"],
            productID: row["product_id"],
            deviceID: row["device_id"],
            command: row["command"],
            attempt: row["attempt"]
        )
    }
}
