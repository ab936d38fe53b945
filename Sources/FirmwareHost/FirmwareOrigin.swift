// An HTTP origin that serves firmware images under recorded or invented network conditions.

public import Logging
public import Traffic

import Hummingbird
import NIOCore

/// A running firmware host: offerings go in, measured transfers come out.
///
/// What nobody offered is answered with 404 and recorded like everything else; no request is ever forwarded.
public final class FirmwareOrigin: Sendable {
    /// Address it listens on.
    public let host: String
    /// Port it listens on.
    public let port: Int
    private let ledger: Ledger

    init(host: String, port: Int, ledger: Ledger) {
        self.host = host
        self.port = port
        self.ledger = ledger
    }

    /// The URL of its root, without a slash at the end.
    public var baseURL: String { host.contains(":") ? "http://[\(host)]:\(port)" : "http://\(host):\(port)" }

    /// Serves an offering from now on, in place of an earlier one at the same path.
    /// - Returns: its absolute URL, with the query that the offering's path carries.
    @discardableResult
    public func publish(_ offering: Offering) -> String {
        ledger.publish(offering)
        return baseURL + (offering.path.hasPrefix("/") ? "" : "/") + offering.path
    }

    /// Serves nothing at `path` any more; transfers under way go on.
    public func withdraw(path: String) {
        ledger.withdraw(path)
    }

    /// Every exchange, when it has ended, as evidence `.served`; for one consumer.
    ///
    /// It ends with the host. The newest 65 536 are kept for a consumer that is behind.
    public var transfers: AsyncStream<Transfer> { ledger.transfers }

    /// How late each paced segment (and each delayed head) was handed to its connection; for one consumer.
    ///
    /// It ends with the host. The newest 65 536 are kept for a consumer that is behind.
    public var lateness: AsyncStream<Duration> { ledger.lateness }

    /// Transfers and latenesses that were dropped because nobody took them in time.
    public var droppedReports: Int { ledger.droppedReports }
}

/// Runs a firmware host for as long as `body` runs.
///
/// When `body` ends, connections are closed and transfers under way are recorded as truncated.
/// - Parameters:
///   - host: Address to listen on.
///   - port: Port to listen on; 0 takes a free one.
///   - logger: Where the server logs; nowhere unless given.
///   - body: Runs once the host is listening.
/// - Returns: what `body` returns.
/// - Throws: `FirmwareHostError` with `.cannotListen`, or what `body` throws.
public func withFirmwareHost<Result: Sendable>(
    host: String = "127.0.0.1",
    port: Int = 0,
    logger: Logger? = nil,
    _ body: (FirmwareOrigin) async throws -> Result
) async throws -> Result {
    let ledger = Ledger()
    defer { ledger.finish() }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            responder: OriginResponder(ledger: ledger),
            server: .http1(configuration: .init(additionalChannelHandlers: [ConnectionWatch()])),
            configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            onServerRunning: { listening.yield($0.localAddress?.port ?? port) },
            logger: logger ?? Logger(label: "firmware-host") { _ in SwiftLogNoOpLogHandler() }
        )
        group.addTask {
            defer { listening.finish() }
            try await application.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            throw await cannotListen(host, port, cause: group.nextResult())
        }
        defer { group.cancelAll() }
        return try await body(FirmwareOrigin(host: host, port: port, ledger: ledger))
    }
}

private func cannotListen(_ host: String, _ port: Int, cause: Result<Void, any Error>?) -> FirmwareHostError {
    var underlying: (any Error)?
    if case .failure(let error) = cause { underlying = error }
    return FirmwareHostError(
        .cannotListen,
        "cannot listen on \(host):\(port); is the port taken, or the address not of this machine?",
        cause: underlying
    )
}
