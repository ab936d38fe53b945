// Downloads an image over HTTP and says how that ended, in the words of a device machine.

import AsyncHTTPClient
import Digests
import NIOCore
import NIOHTTP1
import NIOPosix

/// One download, on a connection of its own.
struct ImageDownload: Sendable {
    let order: DownloadOrder
    /// Local address to connect from; `nil` lets the system choose.
    let localAddress: String?

    /// Downloads to the end.
    /// - Parameter receive: Takes the number of bytes that have come since the last time; `false` leaves the download.
    /// - Returns: how it ended; `nil` when it was left or the task was cancelled.
    /// - Throws: what `receive` throws; a failed download is a normal result.
    func run(_ receive: (Int) async throws -> Bool) async throws -> DownloadEnd? {
        // A client for each download: its time limits come from the offer, and no connection is used twice.
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let outcome: Result<DownloadEnd?, any Error>
        do {
            outcome = .success(try await end(with: client, receive))
        } catch {
            outcome = .failure(error)
        }
        try? await client.shutdown()
        return try outcome.get()
    }

    private func end(with client: HTTPClient, _ receive: (Int) async throws -> Bool) async throws
        -> DownloadEnd?
    {
        let request: HTTPClient.Request
        do {
            request = try HTTPClient.Request(url: order.url)
        } catch {
            return Self.end(beforeResponse: error)
        }
        let intake = BodyIntake()
        let loop = HTTPClient.defaultEventLoopGroup.next()
        let task = client.execute(
            request: request,
            delegate: intake,
            eventLoop: .delegateAndChannel(on: loop)
        )
        defer { task.cancel() }
        for await _ in intake.arrivals {
            guard try await receive(intake.takeByteCount()) else { return nil }
        }
        let rest = intake.takeByteCount()
        if rest > 0, !Task.isCancelled { guard try await receive(rest) else { return nil } }
        return Task.isCancelled ? nil : intake.end.flatMap(Self.end)
    }

    private var configuration: HTTPClient.Configuration {
        let limit = TimeAmount(order.socketTimeout)
        // As Python's `requests`: 30 redirects, gzip undone before hashing (dialects.md §1.6). The library's shared
        // configuration is the one that undoes it, as long as a body grows no more than 25-fold.
        var configuration = HTTPClient.Configuration.singletonConfiguration
        configuration.redirectConfiguration = .follow(max: 30, allowCycles: false)
        configuration.timeout = .init(connect: limit, read: limit)
        configuration.httpVersion = .http1Only
        configuration.localAddress = localAddress
        // A refused connection is a result at once, not something to try again until the time limit.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }
}

// MARK: - Errors

extension ImageDownload {
    private static func end(_ end: BodyIntake.End) -> DownloadEnd? {
        switch end {
        case .complete(let digests): .complete(sha256: digests.sha256, md5: digests.md5)
        case .refused(let status): .status(Int(status.code), reason: status.reasonPhrase)
        case .failed(let error, let head?):
            Self.end(
                inBody: error,
                contentLength: head.headers.first(name: "content-length").flatMap { Int64($0) }
            )
        case .failed(let error, nil): Self.end(beforeResponse: error)
        }
    }

    private static func end(beforeResponse error: any Error) -> DownloadEnd? {
        if let error = error as? HTTPClientError { return end(beforeResponse: error) }
        if error is CancellationError { return nil }
        if error is HTTPParserError || isReset(error) { return .reset }
        if case .connectTimeout = error as? ChannelError { return .noResponse }
        return .unreachable(cause(of: error))
    }

    private static func end(beforeResponse error: HTTPClientError) -> DownloadEnd? {
        switch error {
        case .cancelled: nil
        case .readTimeout, .connectTimeout: .noResponse
        case .remoteConnectionClosed: .reset
        case .invalidURL, .emptyHost, .emptyScheme: .badURL
        // Carries the scheme, so that it can be told by its name only.
        default:
            error.shortDescription == "Unsupported scheme" ? .badURL : .unreachable(error.shortDescription)
        }
    }

    private static func end(inBody error: any Error, contentLength: Int64?) -> DownloadEnd? {
        switch error as? HTTPClientError {
        case HTTPClientError.cancelled: nil
        case HTTPClientError.readTimeout: .stalled
        default:
            if error is CancellationError {
                nil
            } else {
                isReset(error) ? .reset : .truncated(contentLength: contentLength)
            }
        }
    }

    private static func isReset(_ error: any Error) -> Bool {
        (error as? IOError)?.errnoCode == connectionResetCode
    }

    /// `ECONNRESET` on Linux, errno(3).
    private static let connectionResetCode: CInt = 104

    /// The system's words for a connection that could not be made.
    private static func cause(of error: any Error) -> String {
        guard let error = error as? NIOConnectionError else { return "\(error)" }
        return error.connectionErrors.first.map { "\($0.error)" } ?? "\(error.dnsAError ?? error)"
    }
}
