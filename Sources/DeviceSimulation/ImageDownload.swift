// Downloads an image over HTTP: hashed as it goes by, never whole in memory.

import AsyncHTTPClient
import Crypto
import NIOCore
import NIOHTTP1
import NIOPosix

/// One download, on a connection of its own.
struct ImageDownload: Sendable {
    let order: DownloadOrder
    /// Local address to connect from; `nil` lets the system choose.
    let localAddress: String?

    /// Downloads to the end.
    /// - Parameter receive: Takes the size of each piece; `false` leaves the download.
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

    private func end(with client: HTTPClient, _ receive: (Int) async throws -> Bool) async throws
        -> DownloadEnd?
    {
        let response: HTTPClientResponse
        do {
            response = try await client.execute(HTTPClientRequest(url: order.url), deadline: .distantFuture)
        } catch {
            return Self.end(beforeResponse: error)
        }
        guard response.status.code < 400 else {
            return .status(Int(response.status.code), reason: response.status.reasonPhrase)
        }
        var digests = BodyDigests()
        var pieces = response.body.makeAsyncIterator()
        while true {
            let piece: ByteBuffer?
            do {
                piece = try await pieces.next()
            } catch {
                return Self.end(inBody: error, contentLength: response.contentLength)
            }
            guard let piece else { return digests.end }
            digests.receive(piece)
            guard try await receive(piece.readableBytes) else { return nil }
        }
    }
}

// MARK: - Errors

extension ImageDownload {
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

private extension HTTPClientResponse {
    /// The declared length of the body.
    var contentLength: Int64? {
        headers.first(name: "content-length").flatMap { Int64($0) }
    }
}

/// SHA-256 and MD5 of a body, as its pieces go by.
private struct BodyDigests: Sendable {
    private var sha256 = SHA256()
    // MD5 because dialect B declares it (dialects.md §3.3).
    private var md5 = Insecure.MD5()

    mutating func receive(_ piece: ByteBuffer) {
        piece.withUnsafeReadableBytes { bytes in
            sha256.update(bufferPointer: bytes)
            md5.update(bufferPointer: bytes)
        }
    }

    var end: DownloadEnd { .complete(sha256: Self.hex(sha256.finalize()), md5: Self.hex(md5.finalize())) }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
