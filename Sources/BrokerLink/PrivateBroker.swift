// A mosquitto of our own on 127.0.0.1, for the length of one closure. design.md §5

import Foundation
import Subprocess
import SystemPackage

/// A running broker that nobody else knows of: any client may publish and subscribe, nothing is kept on disk.
public struct PrivateBroker: Hashable, Sendable {
    /// Where it listens.
    public let address: BrokerAddress
    /// Its process id.
    public let processID: Int32
}

/// Runs `body` with a private broker, and ends the broker on every way out.
///
/// Brokers that crashed runs left behind are found and ended first. A cancelled task ends the broker at once.
/// - Parameter body: Receives the broker once it accepts connections.
/// - Returns: What `body` returns.
/// - Throws: What `body` throws, and `.brokerMissing` or `.brokerFailed` before it is called.
@discardableResult
public func withPrivateBroker<Value: Sendable>(
    _ body: (PrivateBroker) async throws -> Value
) async throws -> Value {
    let parent = FileManager.default.temporaryDirectory.path
    BrokerFolder.sweep(below: parent)
    let program = try MosquittoProgram.find(in: MosquittoProgram.usualFolders)
    for _ in 1...5 {
        let folder = try BrokerFolder(below: parent)
        let port = try FreePort.find()
        try folder.writeSettings(port: port)
        let run = BrokerRun(program: program, settingsPath: folder.settingsPath, port: port)
        let outcome = try await run { broker in
            try folder.writeProcessID(broker.processID)
            return try await body(broker)
        }
        if case .finished(let value) = outcome { return value }
    }
    throw BrokerError(
        .brokerFailed,
        "The private broker found every port it tried taken by others; try again when the machine is quieter."
    )
}

/// Finds the mosquitto program, which Debian installs where ordinary users do not look.
package enum MosquittoProgram {
    /// The folders of PATH, and those for system programs.
    package static var usualFolders: [String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map(String.init) + ["/usr/sbin", "/usr/local/sbin", "/sbin"]
    }

    /// The first executable named mosquitto.
    package static func find(in folders: [String]) throws(BrokerError) -> String {
        let candidates = folders.map { "\($0)/mosquitto" }
        guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw BrokerError(
                .brokerMissing,
                "The program mosquitto is not installed, and a private broker needs it: `apt-get install mosquitto`."
            )
        }
        return found
    }
}
