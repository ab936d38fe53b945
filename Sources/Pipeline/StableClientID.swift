// The client id under which a store records from a broker.

import BrokerLink
import Digests
import Foundation
import Traffic

/// Names a recorder the same way whenever it starts, and differently for every machine, store and broker.
enum StableClientID {
    static func of(_ address: BrokerAddress, storePath: String) -> String {
        let path = URL(filePath: storePath).standardizedFileURL.path
        let name = [ProcessInfo.processInfo.hostName, path, "\(address)"].joined(separator: "\0")
        // 23 characters of letters and digits suit every broker. MQTT 3.1.1 §3.1.3.1
        return "otatape" + ContentSHA256.of(Array(name.utf8).span.bytes).prefix(16)
    }
}
